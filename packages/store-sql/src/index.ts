export { type Generated, type Kysely, sql } from "kysely";
export * from "./database.js";
export * from "./errors.js";
export * from "./migrate.js";
export * from "./portable-columns.js";
