import type {
  Call,
  CallResponse,
  Challenge,
  Container,
  Directories,
  HostDirectories,
  Token,
  User,
  UserDirectory,
  UserRef,
} from "@bookend/core";
import { type RecordedUser, recordedUsers } from "./recorded-users.js";

/** A token as it was recorded. */
export interface RecordedToken {
  serial: string;
  type: string;
  description: string;
  realms: string[];
  owner: { login: string; realm: string; resolver: string } | null;
  tokeninfo: Record<string, string>;
  failcount: number;
  max_failcount: number;
  count: number;
  count_window: number;
  active: boolean;
  rollout_state: string;
  /** Whether the owner no longer exists. */
  orphaned?: boolean;
}

/** A container as it was recorded. */
export interface RecordedContainer {
  serial: string;
  type?: string;
  description?: string;
  states?: string[];
  realms?: string[];
  users?: { login: string; realm: string }[];
  info?: Record<string, string>;
  tokens?: string[];
  last_authentication?: string;
  last_synchronization?: string;
}

/** The state of the server and the call, as recorded. */
export interface RecordedState {
  now: string;
  realms: Record<string, string[]>;
  /** @default all users of both resolvers */
  users_in_resolvers?: Record<string, string[]>;
  /** The user that the server found for `request.user`. */
  resolved_user?: { login: string; realm: string; resolver: string; info: Record<string, string> } | null;
  user_attributes?: { user: { login: string; realm: string }; attributes: Record<string, string> }[];
  tokens?: RecordedToken[];
  containers?: RecordedContainer[];
  challenges?: { serial: string; transaction_id: string; session: string; timestamp: string; expiration: string }[];
  counters?: { name: string; value: number; node?: string }[];
  request?: {
    all_data?: Record<string, unknown>;
    user?: UserRef | null;
    headers?: Record<string, string>;
    path?: string;
  };
  response?: { json?: unknown; raw?: string; mimetype?: string } | null;
  client_ip?: string | null;
  /** `resolver` and `uid` were not recorded; other tests set them. */
  logged_in_user?: { username?: string; realm?: string; role?: string; resolver?: string; uid?: string } | null;
  audit?: { serial?: string };
}

/** A working copy of a recorded state. */
export interface RecordedWorld {
  /** A copy that belongs to the test. The directories read it at each lookup, so they see changes. */
  readonly state: RecordedState;
  readonly directories: Required<{
    [D in Exclude<keyof Directories, keyof HostDirectories>]: NonNullable<Directories[D]>;
  }>;
  readonly clock: () => Date;
  /** Returns a new call, before it has a response. */
  call(event: string): Call;
  /** Returns the response of the API; its body is undefined if no response was recorded. */
  response(): CallResponse;
}

const defaultRealm = "realm1";

/** Builds directories, call and response from a recorded state. */
export function worldOf(recorded: RecordedState): RecordedWorld {
  const state = structuredClone(recorded);
  const users = userDirectory(state);
  const find = (user: UserRef) => users.find(user) as User | null;
  const container = (found: RecordedContainer | undefined) => (found ? containerOf(found, find) : null);
  const isOf = (user: User) => (owner: UserRef) =>
    owner.login === user.login && owner.realm === user.realm && (owner.resolver ?? user.resolver) === user.resolver;
  return {
    state,
    clock: () => new Date(state.now),
    directories: {
      users,
      tokens: {
        find: (serial) => firstOrNull(state.tokens?.filter((token) => token.serial === serial).map(tokenOf)),
        ofUser: (user) =>
          (state.tokens ?? []).filter((token) => token.owner && isOf(user)(token.owner)).map((token) => tokenOf(token)),
        types: () => ["hotp", "totp", "spass", "pw", "push", "email", "sms"],
      },
      containers: {
        find: (serial) => container(state.containers?.find((one) => one.serial === serial)),
        ofToken: (serial) => container(state.containers?.find((one) => one.tokens?.includes(serial))),
        countOfUser: (user) => (state.containers ?? []).filter((one) => one.users?.some(isOf(user))).length,
        types: () => ["generic", "smartphone", "yubikey"],
      },
      challenges: {
        of: (serial, transactionId) =>
          (state.challenges ?? [])
            .filter((one) => one.serial === serial && (transactionId ?? one.transaction_id) === one.transaction_id)
            .map(challengeOf),
      },
      counters: {
        value(name) {
          const parts = (state.counters ?? []).filter((counter) => counter.name === name);
          return parts.length === 0 ? null : parts.reduce((sum, { value }) => sum + value, 0);
        },
      },
    },
    call: (event) => callOf(state, event),
    response: () => ({ status: 200, body: structuredClone(state.response?.json ?? state.response?.raw) }),
  };
}

function callOf({ request, client_ip, logged_in_user, audit }: RecordedState, event: string): Call {
  const headers = Object.entries(request?.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]);
  return {
    id: "recorded",
    event,
    request: {
      method: "POST",
      path: request?.path ?? "/",
      parameters: structuredClone(request?.all_data ?? {}),
      headers: Object.fromEntries(headers),
      clientIp: client_ip ?? undefined,
      user: request?.user ? { ...request.user } : undefined,
    },
    actor: logged_in_user
      ? { ...logged_in_user, username: logged_in_user.username ?? "", realm: logged_in_user.realm ?? "" }
      : undefined,
    notes: { ...audit },
  };
}

function userDirectory(state: RecordedState): UserDirectory {
  const known: readonly RecordedUser[] = recordedUsers().filter(
    ({ resolver, login }) => !state.users_in_resolvers || state.users_in_resolvers[resolver]?.includes(login),
  );
  const resolversOf = (realm: string) => (Object.hasOwn(state.realms, realm) ? (state.realms[realm] ?? []) : []);
  return {
    find({ login: named, realm, resolver, uid }) {
      const isMeant = ({ login, attributes }: RecordedUser) =>
        resolver !== undefined && uid !== undefined ? attributes.userid === uid : login === named;
      for (const name of resolversOf(realm)) {
        if (resolver !== undefined && resolver !== name) continue;
        const user = known.find((one) => one.resolver === name && isMeant(one));
        if (!user) continue;
        const { login } = user;
        const own = state.user_attributes?.filter((one) => one.user.login === login && one.user.realm === realm) ?? [];
        const attributes = Object.assign({}, user.attributes, ...own.map((one) => one.attributes));
        return { login, realm, resolver: name, attributes };
      }
      return null;
    },
    resolversOf,
    fromParameters(parameters) {
      const named = parameters.user ?? parameters.username;
      if (typeof named !== "string" || named === "") return undefined;
      const at = named.lastIndexOf("@");
      const splits = at > 0 && Object.hasOwn(state.realms, named.slice(at + 1));
      const realm = typeof parameters.realm === "string" && parameters.realm !== "" ? parameters.realm : undefined;
      return {
        login: splits ? named.slice(0, at) : named,
        realm: realm ?? (splits ? named.slice(at + 1) : defaultRealm),
        ...(typeof parameters.resolver === "string" && { resolver: parameters.resolver }),
      };
    },
    realms: () => Object.keys(state.realms),
    resolvers: () => [...new Set(Object.values(state.realms).flat())],
  };
}

function tokenOf(token: RecordedToken): Token {
  return {
    serial: token.serial,
    type: token.type,
    description: token.description,
    active: token.active,
    owner: token.owner && token.orphaned ? { ...token.owner, login: "" } : token.owner,
    realms: token.realms,
    info: token.tokeninfo,
    failCount: token.failcount,
    maxFailCount: token.max_failcount,
    otpCounter: token.count,
    rolloutState: token.rollout_state,
  };
}

function containerOf(container: RecordedContainer, find: (user: UserRef) => User | null): Container {
  const { last_authentication, last_synchronization } = container;
  return {
    serial: container.serial,
    type: container.type ?? "generic",
    description: container.description ?? "",
    states: container.states ?? ["active"],
    realms: container.realms ?? [],
    owners: (container.users ?? []).map((user) => ({ ...user, resolver: find(user)?.resolver ?? "" })),
    info: container.info ?? {},
    tokens: container.tokens ?? [],
    lastAuthentication: last_authentication === undefined ? null : new Date(last_authentication),
    lastSynchronization: last_synchronization === undefined ? null : new Date(last_synchronization),
  };
}

function challengeOf(challenge: NonNullable<RecordedState["challenges"]>[number]): Challenge {
  return {
    serial: challenge.serial,
    transactionId: challenge.transaction_id,
    session: challenge.session,
    data: "",
    createdAt: new Date(challenge.timestamp),
    expiresAt: new Date(challenge.expiration),
  };
}

function firstOrNull<T>(found: readonly T[] | undefined): T | null {
  return found?.[0] ?? null;
}
