import { once } from "node:events";
import { createServer } from "node:net";
import type { Config } from "@bookend/reference-config";

/** A line if the server could not listen; listens for an instant to find out. */
export async function checkListening({ host, port }: Pick<Config, "host" | "port">): Promise<readonly string[]> {
  const server = createServer();
  try {
    server.listen({ host, port, exclusive: true });
    await once(server, "listening");
    return [];
  } catch (error) {
    const problem = listenProblem(error, { host, port });
    if (problem === undefined) throw error;
    return [problem];
  } finally {
    server.close();
  }
}

/** The line of an error of listening; undefined for another error. */
export function listenProblem(error: unknown, { host, port }: Pick<Config, "host" | "port">): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (syscall !== "listen" && syscall !== "getaddrinfo") return undefined;
  const anyFree = "Allowed: a port that is free, or 0 for any.";
  switch (code) {
    case "EADDRINUSE":
      return `port: ${port} is in use on ${host}: another server listens there. ${anyFree}`;
    case "EACCES":
      return `port: ${port} is not permitted to this process. ${anyFree}`;
    case "EADDRNOTAVAIL":
      return `host: this machine does not have the address ${JSON.stringify(host)}. Allowed: an address or a name of this machine.`;
    default:
      return `host: ${JSON.stringify(host)} cannot be listened on (${code}). Allowed: an address or a name of this machine.`;
  }
}
