import { once } from "node:events";
import { createServer } from "node:net";
import { problemMessage } from "@bookend/core";
import type { Config } from "@bookend/reference-config";

/** Checks host and port by listening for a moment. Returns one line if that fails, otherwise none. */
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

/** Returns the line for an error while listening; undefined for other errors. */
export function listenProblem(error: unknown, { host, port }: Pick<Config, "host" | "port">): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (syscall !== "listen" && syscall !== "getaddrinfo") return undefined;
  const refused = (wrong: string) => problemMessage(wrong, "a free port, or 0 for any free port", "port");
  switch (code) {
    case "EADDRINUSE":
      return refused(`${port} is in use on ${host} by another server`);
    case "EACCES":
      return refused(`this process may not listen on port ${port}`);
    case "EADDRNOTAVAIL":
      return problemMessage(
        `this machine does not have the address ${JSON.stringify(host)}`,
        "an address or a name of this machine",
        "host",
      );
    default:
      return problemMessage(
        `the server cannot listen on ${JSON.stringify(host)} (${code})`,
        "an address or a name of this machine",
        "host",
      );
  }
}
