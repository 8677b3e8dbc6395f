import type { Directories, Token, TokenDirectory, User, UserDirectory, UserRef } from "@bookend/core";

/** Options of `testDirectories`. */
export interface TestDirectoriesOptions {
  /** @default three users `alice`, `bob` and `carol` of the realm `kit` */
  readonly users?: readonly User[] | undefined;
  /** @default a token `KIT0001` of alice */
  readonly tokens?: readonly Token[] | undefined;
}

/** Users and tokens in memory. */
export interface TestDirectories extends Directories {
  readonly users: UserDirectory;
  readonly tokens: TokenDirectory;
}

/** Creates directories of users and tokens in memory. */
export function testDirectories({
  users = ["alice", "bob", "carol"].map((login) => testUser(login)),
  tokens = [testToken("KIT0001", "alice")],
}: TestDirectoriesOptions = {}): TestDirectories {
  const find = ({ login, realm, resolver, uid }: UserRef) =>
    users.find((user) =>
      resolver !== undefined && uid !== undefined
        ? user.resolver === resolver && user.uid === uid
        : user.login === login && user.realm === realm && (resolver === undefined || user.resolver === resolver),
    ) ?? null;
  return {
    users: {
      find,
      resolversOf: (realm) => [...new Set(users.filter((user) => user.realm === realm).map((user) => user.resolver))],
      fromParameters: ({ user, realm = "kit" }) =>
        typeof user === "string" && user !== "" && typeof realm === "string" ? { login: user, realm } : undefined,
      realms: () => [...new Set(users.map(({ realm }) => realm))],
      resolvers: () => [...new Set(users.map(({ resolver }) => resolver))],
    },
    tokens: {
      find: (serial) => tokens.find((token) => token.serial === serial) ?? null,
      ofUser: (user) =>
        tokens.filter(({ owner }) => owner !== null && owner.login === user.login && owner.realm === user.realm),
      types: () => [...new Set(tokens.map(({ type }) => type))],
    },
  };
}

/** Returns a user of the realm `kit`, with a name, a mail address and phone numbers. */
export function testUser(login: string, attributes: Readonly<Record<string, string>> = {}): User {
  return {
    login,
    realm: "kit",
    resolver: "kit",
    uid: `uid-${login}`,
    attributes: {
      username: login,
      givenname: `${login.slice(0, 1).toUpperCase()}${login.slice(1)}`,
      surname: "Kit",
      email: `${login}@example.com`,
      phone: "+4930123456",
      mobile: "+4915112345678",
      ...attributes,
    },
  };
}

/** Returns an active HOTP token of a user of the realm `kit`. */
export function testToken(serial: string, login: string): Token {
  return {
    serial,
    type: "hotp",
    description: "of the test kit",
    active: true,
    owner: { login, realm: "kit", resolver: "kit", uid: `uid-${login}` },
    realms: ["kit"],
    info: {},
    failCount: 0,
    maxFailCount: 10,
    otpCounter: 0,
    rolloutState: "",
  };
}
