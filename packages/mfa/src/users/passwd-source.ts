import { problemMessage } from "@bookend/core";
import type { DomainContext } from "../database/domain-context.js";
import { configurationError } from "../errors/mfa-error.js";
import { checkCryptHash } from "../secrets/crypt-hashes.js";
import { takeTurn } from "../values/turns.js";
import { FileRefused, readRegularFile } from "./regular-file.js";
import { byLogin, type SourceUser, type UserSource } from "./user-source.js";

/** Maximum size of a file in bytes. */
const maxSize = 16 * 1024 * 1024;

/** Number of lines to parse at once, which takes about a millisecond. */
const linesPerTurn = 500;

interface PasswdFile {
  readonly users: readonly SourceUser[];
  readonly byLogin: ReadonlyMap<string, SourceUser>;
  /** Users by login in lower case. */
  readonly byLowerCase: ReadonlyMap<string, readonly SourceUser[]>;
  readonly byId: ReadonlyMap<string, SourceUser>;
  readonly hashes: ReadonlyMap<string, string>;
}

/**
 * Provides the users of a file in the format of `/etc/passwd`, whose fifth field is `Given
 * Surname,room,mobile,phone,email`, as privacyIDEA reads it. The file must be a regular file below `directory`, and is
 * read again when it has changed. Passwords are hashes of argon2, SHA-crypt (`$5$`, `$6$`) or bcrypt; any other hash
 * does not match any password, and a login with it is logged with the name of the scheme.
 */
export function passwdSource(
  fileName: string,
  directory: string | undefined,
  { passwords, logger }: Pick<DomainContext, "passwords" | "logger">,
): UserSource {
  let cached: { readonly version: string; readonly file: PasswdFile } | undefined;
  let loading: Promise<PasswdFile> | undefined;
  const read = async (): Promise<PasswdFile> => {
    const refused = (reason: string, cause?: unknown) =>
      configurationError(`The file ${JSON.stringify(fileName)} of a passwdresolver cannot be read: ${reason}.`, {
        cause,
      });
    if (directory === undefined) throw refused("no directory for such files is configured");
    try {
      const { version, content } = await readRegularFile(fileName, { directory, maxSize, known: cached?.version });
      if (content !== undefined || cached === undefined) {
        cached = { version, file: await parsePasswd(content ?? Buffer.alloc(0)) };
      }
      return cached.file;
    } catch (cause) {
      throw refused(cause instanceof FileRefused ? cause.message : "it does not exist or is not readable", cause);
    }
  };
  /** Reads the file. Concurrent callers share one read. */
  const load = (): Promise<PasswdFile> => {
    loading ??= read().finally(() => {
      loading = undefined;
    });
    return loading;
  };
  return {
    editable: false,
    byLogin: async (login) => (await load()).byLogin.get(login) ?? null,
    byId: async (id) => (await load()).byId.get(id) ?? null,
    all: async () => (await load()).users,
    async search({ username }) {
      const { users, byLowerCase } = await load();
      return username === undefined || username.includes("*")
        ? users
        : [...(byLowerCase.get(username.toLowerCase()) ?? [])].sort(byLogin);
    },
    async checkPassword(login, password) {
      const hashed = (await load()).hashes.get(login);
      if (hashed === undefined) return passwords.verify(null, password);
      const verdict = await checkCryptHash(passwords, hashed, password);
      if ("matches" in verdict) return verdict.matches;
      const { refused: scheme } = verdict;
      logger.warn(
        { login, fileName, scheme },
        problemMessage(`A login was refused: the passwd file has ${scheme} for this user`, "argon2, SHA-crypt, bcrypt"),
      );
      return passwords.verify(null, password);
    },
  };
}

async function parsePasswd(content: Buffer): Promise<PasswdFile> {
  const file = {
    users: [] as SourceUser[],
    byLogin: new Map<string, SourceUser>(),
    byLowerCase: new Map<string, SourceUser[]>(),
    byId: new Map<string, SourceUser>(),
    hashes: new Map<string, string>(),
  };
  let count = 0;
  for (const line of linesOf(content)) {
    if (count++ % linesPerTurn === 0) await takeTurn();
    const [login = "", hash = "", id = "", , gecos = ""] = line.split(":");
    if (login === "" || login.startsWith("#") || id === "") continue;
    file.hashes.set(login, hash);
    const [name = "", , mobile = "", phone = "", email = ""] = gecos.split(",");
    const [givenname = "", ...surname] = name.split(" ");
    const names = { username: login, userid: id, givenname, surname: surname.join(" ") };
    // frozen, since all calls share the users of a file until it changes
    const attributes = Object.freeze({ ...names, email, phone, mobile });
    const user: SourceUser = { id, login, attributes, credential: hash };
    file.users.push(user);
    file.byLogin.set(login, user);
    const lower = login.toLowerCase();
    const namesakes = file.byLowerCase.get(lower);
    if (namesakes === undefined) file.byLowerCase.set(lower, [user]);
    else namesakes.push(user);
    file.byId.set(id, user);
  }
  file.users.sort(byLogin);
  return file;
}

/** Yields lines in UTF-8 without line endings. Splitting a large file at once would block other work. */
function* linesOf(content: Buffer): Generator<string> {
  for (let start = 0; start < content.length; ) {
    const found = content.indexOf("\n", start);
    const end = found === -1 ? content.length : found;
    yield content.toString("utf8", start, end).replace(/\r$/, "");
    start = end + 1;
  }
}
