import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { databaseTarget } from "../target/database-target.js";
import { bindingSchema } from "./binding-schema.js";

// if this fails after a change of a handler: npm run schema
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
  const published = await readFile(new URL("../../schema/bindings.schema.json", import.meta.url), "utf8");
  expect(JSON.parse(published)).toEqual(JSON.parse(JSON.stringify(schema)));
});
