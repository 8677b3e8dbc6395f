import { MfaError } from "@bookend/mfa";
import { ConfigError } from "@bookend/reference-config";
import { StoreError } from "@bookend/store-sql";

/** Prints why a command failed, and the stack trace of an unexpected error. */
export function reportFailure(error: unknown): void {
  console.error(explain(error));
}

function explain(error: unknown): string {
  if (error instanceof ConfigError || error instanceof MfaError || error instanceof StoreError) return error.message;
  const { code, port, address, hostname, path, message } = error as NodeJS.ErrnoException & {
    port?: number;
    address?: string;
    hostname?: string;
  };
  if (code === "EADDRINUSE") {
    return `Port ${port} of ${address} is in use: another server listens there. Stop it, or choose another port (PORT=… npm run demo).`;
  }
  if (code === "EACCES" && port !== undefined) return `Listening on port ${port} is not permitted.`;
  if (code === "EADDRNOTAVAIL")
    return `This machine does not have the address ${address}. Choose another one (HOST=… npm run demo).`;
  if (hostname !== undefined) return `No address was found for "${hostname}" (${code}).`;
  // the message of an error about a file or directory contains its path
  if (path !== undefined && code !== undefined) return message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
