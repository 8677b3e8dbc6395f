import { expect, test } from "vitest";
import { databaseTarget } from "../target/database-target.js";
import { bindingSchema } from "./binding-schema.js";

// after a change of a handler: npx vitest run src/files/binding-schema.test.ts -u
test("the published schema is that of the reference server's handlers", async () => {
  const target = await databaseTarget({
    url: "sqlite::memory:",
    create: true,
    handlers: undefined,
    scripts: "/nonexistent",
    templates: undefined,
    directory: "/",
  });
  const schema = bindingSchema(await target.handlers());
  await target.close();
  await expect(`${JSON.stringify(schema, undefined, 2)}\n`).toMatchFileSnapshot("../../schema/bindings.schema.json");
});
