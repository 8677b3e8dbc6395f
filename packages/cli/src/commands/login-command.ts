import { Command, Option } from "@commander-js/extra-typings";
import { CliError, usageError } from "../cli-error.js";
import { absolutePath, readLine, variable } from "../io.js";
import { readLogins, writeLogins } from "../login-store.js";
import { problemMessage } from "../problem-message.js";
import { globalOptions, printerOf, type World } from "../world.js";

/** Creates the command `login`. */
export function loginCommand(world: World) {
  return new Command("login")
    .description("Logs in at a server and stores the token for later commands.")
    .option("--user <name>", "name of the administrator; prompted for on a terminal")
    .addOption(
      new Option(
        "--token-stdin",
        "read a token from standard input, for servers with a different login method",
      ).conflicts("user"),
    )
    .option("--logout", "delete the stored token")
    .action(async ({ user, tokenStdin = false, logout = false }, command) => {
      const printer = printerOf(world, command);
      const { url, database, ca: caFile, timeout } = globalOptions(command);
      // the path is stored as an absolute path, since later commands may run in a different directory
      const ca = caFile === undefined ? undefined : absolutePath(world.io, caFile);
      if (database !== undefined) throw usageError(problemMessage("a database needs no login", "--url", "--database"));
      const { baseOf, createSender, expiryOf } = await import("../target/server-target.js");
      const logins = await readLogins(world.io);
      const chosen = url ?? variable(world.io, "BOOKEND_URL") ?? logins.current;
      if (chosen === undefined) throw usageError(problemMessage("is missing", "the URL of a server", "--url"));
      const base = baseOf(chosen);
      if (logout) {
        const { [base]: forgotten, ...servers } = logins.servers;
        await writeLogins(world.io, { servers, ...(logins.current !== base && { current: logins.current }) });
        printer.note(
          forgotten === undefined ? `You were not logged in at ${base}.` : `The login at ${base} was deleted.`,
        );
        return;
      }
      let token: string;
      if (tokenStdin) token = await readLine(world.io.stdin);
      else {
        const { send, close } = createSender({ url: base, ca, timeoutMs: timeout * 1000 });
        try {
          token = await askToken(send, base, await credentials(world, user));
        } finally {
          await close();
        }
      }
      if (token === "" || /[\s\p{Cc}]/u.test(token))
        throw new CliError("failed", problemMessage("The token is not valid", "one line without spaces"));
      const login = { token, ...(ca !== undefined && { ca }) };
      const file = await writeLogins(world.io, { current: base, servers: { ...logins.servers, [base]: login } });
      const expiry = expiryOf(token);
      const until = expiry === undefined ? "" : ` until ${expiry.toISOString()}`;
      printer.note(`You are logged in at ${base}${until}. The token is stored in ${file}.`);
    });
}

interface Credentials {
  readonly username: string;
  readonly password: string;
}

async function credentials({ io }: World, user: string | undefined): Promise<Credentials> {
  if (io.stdin.isTTY !== true) {
    if (user === undefined) throw usageError(problemMessage("is missing", "the name of an administrator", "--user"));
    return { username: user, password: await readLine(io.stdin) };
  }
  const { isCancel, password, text } = await import("@clack/prompts");
  const name = user ?? (await text({ message: "Name", output: process.stderr }));
  if (isCancel(name)) throw new CliError("failed", "The login was cancelled.");
  const secret = await password({ message: `Password of ${name}`, output: process.stderr });
  if (isCancel(secret)) throw new CliError("failed", "The login was cancelled.");
  return { username: name, password: secret };
}

async function askToken(
  send: (request: Request) => Promise<Response>,
  base: string,
  given: Credentials,
): Promise<string> {
  const response = await send(
    new Request(`${base}/auth`, {
      method: "POST",
      body: JSON.stringify(given),
      headers: { "content-type": "application/json" },
    }),
  );
  const body = (await response.json().catch(() => undefined)) as
    | { result?: { value?: { token?: unknown } } }
    | undefined;
  const token = body?.result?.value?.token;
  if (response.ok && typeof token === "string") return token;
  if (response.status === 401 || response.status === 403) {
    throw new CliError("notAllowed", `${base} does not accept this name and password.`);
  }
  throw new CliError(
    response.status >= 500 ? "serverAway" : "failed",
    `${base} did not return a token (status ${response.status}). If it has a different login method, use --token-stdin.`,
  );
}
