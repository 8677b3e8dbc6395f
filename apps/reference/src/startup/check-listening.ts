import { once } from "node:events";
import { createServer } from "node:net";
import { problemMessage } from "@bookend/core";
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
  const refused = (wrong: string) => problemMessage(wrong, "a port that is free, or 0 for any", "port");
  switch (code) {
    case "EADDRINUSE":
      return refused(`${port} is in use on ${host}: another server listens there`);
    case "EACCES":
      return refused(`${port} is not permitted to this process`);
    case "EADDRNOTAVAIL":
      return problemMessage(
        `this machine does not have the address ${JSON.stringify(host)}`,
        "an address or a name of this machine",
        "host",
      );
    default:
      return problemMessage(
        `${JSON.stringify(host)} cannot be listened on (${code})`,
        "an address or a name of this machine",
        "host",
      );
  }
}
