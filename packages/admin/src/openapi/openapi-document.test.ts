import { expect, test } from "vitest";
import { createConsole } from "../../test/console.js";

test("the OpenAPI document contains the descriptions and formats of parameters and responses", async () => {
  const { paths, components } = (await createConsole().get("/event/openapi.json")).body;
  const parameters: readonly { readonly name: string }[] = paths["/deliveries"].get.parameters;
  expect(parameters.find(({ name }) => name === "from")).toEqual({
    name: "from",
    in: "query",
    description: "Created at this time or later.",
    schema: { type: "string", format: "date-time" },
  });
  expect(paths["/backtest"].post.requestBody.content["application/json"].schema.properties.id).toMatchObject({
    description: "Id of a stored binding, as an alternative to binding.",
  });
  expect(components.schemas.Binding.properties.options).toMatchObject({ description: "Secrets are shown as ***." });
  expect(components.schemas.HistoryEntry.properties.time).toEqual({ type: "string", format: "date-time" });
});
