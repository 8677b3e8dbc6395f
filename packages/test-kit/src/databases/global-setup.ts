import type { TestProject } from "vitest/node";
import { type NoPostgres, startPostgres } from "./postgres.js";

declare module "vitest" {
  interface ProvidedContext {
    postgres: { readonly url: string } | NoPostgres;
  }
}

/** Starts one PostgreSQL server for all test files. Returns the function that stops it. */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const postgres = await startPostgres();
  if ("skip" in postgres) {
    project.provide("postgres", postgres);
    return undefined;
  }
  project.provide("postgres", { url: postgres.url });
  return postgres.stop;
}
