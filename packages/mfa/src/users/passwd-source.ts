import type { DomainContext } from "../database/domain-context.js";
import { configurationError } from "../errors/mfa-error.js";
import { checkCryptHash } from "../secrets/crypt-hashes.js";
import { FileRefused, readRegularFile } from "./regular-file.js";
import type { SourceUser, UserSource } from "./user-source.js";

/** Bytes of a file that is read. */
const maxSize = 16 * 1024 * 1024;

interface PasswdFile {
  readonly users: readonly SourceUser[];
  readonly byLogin: ReadonlyMap<string, SourceUser>;
  readonly byId: ReadonlyMap<string, SourceUser>;
  readonly hashes: ReadonlyMap<string, string>;
}

/**
 * Users of a file in the format of `/etc/passwd`, whose fifth field is `Given Surname,room,mobile,phone,email`, as privacyIDEA reads it.
 * The file must be a regular one below `directory`, and is read again when it changed. Passwords are hashes of argon2, SHA-crypt (`$5$`,
 * `$6$`) or bcrypt; any other hash fits no password, and a login with it is logged with the name of its scheme.
 */
export function passwdSource(
  fileName: string,
  directory: string | undefined,
  { passwords, logger }: Pick<DomainContext, "passwords" | "logger">,
): UserSource {
  let cached: { readonly version: string; readonly file: PasswdFile } | undefined;
  const load = async (): Promise<PasswdFile> => {
    const refused = (reason: string, cause?: unknown) =>
      configurationError(`The file ${JSON.stringify(fileName)} of a passwdresolver cannot be read: ${reason}.`, {
        cause,
      });
    if (directory === undefined) throw refused("no directory for such files is configured");
    try {
      const { version, content } = await readRegularFile(fileName, { directory, maxSize, known: cached?.version });
      if (content !== undefined || cached === undefined) {
        cached = { version, file: parsePasswd(content?.toString("utf8") ?? "") };
      }
      return cached.file;
    } catch (cause) {
      throw refused(cause instanceof FileRefused ? cause.message : "it does not exist or is not readable", cause);
    }
  };
  return {
    editable: false,
    byLogin: async (login) => (await load()).byLogin.get(login) ?? null,
    byId: async (id) => (await load()).byId.get(id) ?? null,
    all: async () => (await load()).users,
    async checkPassword(login, password) {
      const hashed = (await load()).hashes.get(login);
      if (hashed === undefined) return passwords.verify(null, password);
      const verdict = await checkCryptHash(passwords, hashed, password);
      if ("matches" in verdict) return verdict.matches;
      const { refused: scheme } = verdict;
      logger.warn(
        { login, fileName, scheme },
        `A login was refused: the passwd file has ${scheme} for this user. Allowed: argon2, SHA-crypt, bcrypt.`,
      );
      return passwords.verify(null, password);
    },
  };
}

function parsePasswd(text: string): PasswdFile {
  const hashes = new Map<string, string>();
  const users = text.split(/\r?\n/).flatMap((line): SourceUser[] => {
    const [login = "", hash = "", id = "", , gecos = ""] = line.split(":");
    if (login === "" || login.startsWith("#") || id === "") return [];
    hashes.set(login, hash);
    const [name = "", , mobile = "", phone = "", email = ""] = gecos.split(",");
    const [givenname = "", ...surname] = name.split(" ");
    const attributes = { username: login, givenname, surname: surname.join(" "), email, phone, mobile };
    return [{ id, login, attributes, credential: hash }];
  });
  return {
    users,
    byLogin: new Map(users.map((user) => [user.login, user])),
    byId: new Map(users.map((user) => [user.id, user])),
    hashes,
  };
}
