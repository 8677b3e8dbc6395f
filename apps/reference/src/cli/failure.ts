import { StoreError } from "@bookend/store-sql";
import { ConfigError } from "../config/load-config.js";
import { DomainError } from "../domain/index.js";

/** Says in words why a command failed; what nobody foresaw, with where it arose. */
export function sayWhyItFailed(error: unknown): void {
  console.error(explain(error));
}

function explain(error: unknown): string {
  if (error instanceof ConfigError || error instanceof DomainError || error instanceof StoreError) return error.message;
  const { code, port, address } = error as NodeJS.ErrnoException & { port?: number; address?: string };
  if (code === "EADDRINUSE") {
    return `Port ${port} of ${address} is in use: another server listens there. Stop it, or choose another port (PORT=… npm run demo).`;
  }
  if (code === "EACCES" && port !== undefined) return `Listening on port ${port} is not permitted.`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
