import { createMailer } from "@bookend/messaging";
import { mailerConfig, openSmsGateway } from "@bookend/mfa";
import type { PreparedServer } from "../server/reference-server.js";

/**
 * Returns one line for each stored mail server, SMS gateway and resolver that cannot be used, and for each error or
 * warning of a stored binding. The server starts nevertheless, so that they can be corrected through its API. Nothing
 * is checked that would need a connection to another server.
 */
export async function storedProblems({ bookend, channels, domain }: PreparedServer): Promise<readonly string[]> {
  const lines: string[] = [];
  const attempt = async (what: string, use: () => unknown) => {
    try {
      await use();
    } catch (error) {
      lines.push(`${what}: ${firstLine(error)}`);
    }
  };
  await attempt("mail servers", async () => {
    for (const { name } of await domain.smtpServers.list()) {
      await attempt(`mail server ${JSON.stringify(name)}`, async () =>
        createMailer(mailerConfig(await domain.smtpServers.access(name))).close(),
      );
    }
  });
  await attempt("SMS gateways", async () => {
    for (const { name } of await domain.smsGateways.list()) {
      await attempt(`SMS gateway ${JSON.stringify(name)}`, async () =>
        openSmsGateway(await domain.smsGateways.access(name), channels.gatewayServices).close(),
      );
    }
  });
  await attempt("resolvers", async () => {
    for (const { name } of await domain.resolvers.list()) {
      await attempt(`resolver ${JSON.stringify(name)}`, () => domain.resolvers.checkFiles(name));
    }
  });
  for (const { field, message } of await bookend.check()) {
    lines.push(`${/^binding \d+/.exec(field)?.[0] ?? field}: ${message}`);
  }
  return lines;
}

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split("\n", 1)[0] as string;
}
