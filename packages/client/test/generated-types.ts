import { createAdmin } from "@bookend/admin";
import { createBookend, memoryBindings } from "@bookend/core";
import openapiTypescript, { astToString } from "openapi-typescript";

/** Returns the types of the API, generated from its OpenAPI document. */
export async function generatedTypes(): Promise<string> {
  const bookend = createBookend({ handlers: [], bindings: memoryBindings() });
  try {
    const admin = createAdmin({ bookend, authorize: () => true });
    const response = await admin.fetch(new Request("http://localhost/event/openapi.json"));
    const tree = await openapiTypescript((await response.json()) as Parameters<typeof openapiTypescript>[0]);
    return `// Generated from the OpenAPI document of @bookend/admin by \`pnpm --filter @bookend/client run generate\`. Do not edit.\n${withoutUnused(astToString(tree))}`;
  } finally {
    bookend.close();
  }
}

/** Removes types that the generator always writes, but that this API does not need. */
function withoutUnused(source: string): string {
  return source
    .replace(/^export type (?:webhooks|\$defs) = Record<string, never>;\n/gm, "")
    .replace("export interface operations", "interface operations");
}
