import type {
  ChallengeDirectory,
  ContainerDirectory,
  CounterDirectory,
  Directories,
  Handler,
  TokenDirectory,
  UserDirectory,
} from "@bookend/core";
import { container } from "@bookend/handler-container";
import { counter } from "@bookend/handler-counter";
import { customUserAttribute } from "@bookend/handler-customuserattribute";
import { federation } from "@bookend/handler-federation";
import { logging } from "@bookend/handler-logging";
import { requestMangler } from "@bookend/handler-requestmangler";
import { responseMangler } from "@bookend/handler-responsemangler";
import { script } from "@bookend/handler-script";
import { token } from "@bookend/handler-token";
import { type AdminDirectory, type RealmDirectory, userNotification } from "@bookend/handler-usernotification";
import { webhook } from "@bookend/handler-webhook";

/** Directories of files that options refer to. */
export interface HandlerFiles {
  /** Directory of the Script handler. */
  readonly scripts: string | undefined;
  /** Directory of template files, for bodies `file:NAME`. */
  readonly templates: string | undefined;
}

function absence(): Error {
  return new Error("This is the server's database; the server itself is not available.");
}

const absentNames = { names: () => Promise.reject(absence()) };

/** Optional lookups of directories. Without them, names are not compared with those that exist on the server. */
const optionalNames: ReadonlySet<PropertyKey> = new Set([
  "realms",
  "resolvers",
  "types",
  "fromParameters",
  "countOfUser",
]);

/**
 * Returns a substitute for a service of the server, whose functions reject. Handlers are only described and their
 * options checked; no action ever runs.
 */
function absent<T extends object>(): T {
  const refuse = () => Promise.reject(absence());
  return new Proxy({} as T, {
    get: (_target, name) => (name === "then" || optionalNames.has(name) ? undefined : refuse),
  });
}

/** Returns the handlers of the reference server, for checking bindings and masking their secrets. */
export function inertHandlers({ scripts, templates }: HandlerFiles): readonly Handler[] {
  return [
    userNotification({
      // only the server knows whether its connection is encrypted, so it is assumed to be
      mailers: { ...absentNames, find: () => ({ encrypted: true, send: () => Promise.reject(absence()) }) },
      smsGateways: { ...absentNames, find: () => undefined },
      templateDirectory: templates,
      admins: absent<AdminDirectory>(),
      users: absent<RealmDirectory>(),
    }),
    counter({ counters: absent() }),
    logging({ logger: absent() }),
    token({ tokens: absent() }),
    container({ containers: absent() }),
    customUserAttribute({ attributes: absent() }),
    requestMangler(),
    responseMangler(),
    federation({ servers: absent() }),
    script({ ...(scripts !== undefined && { directory: scripts }), commit: () => undefined }),
    webhook(),
  ];
}

/** Returns the directories that exist but are never used: a condition is only offered if its directory exists. */
export function inertDirectories(): Directories {
  return {
    users: absent<UserDirectory>(),
    tokens: absent<TokenDirectory>(),
    containers: absent<ContainerDirectory>(),
    challenges: absent<ChallengeDirectory>(),
    counters: absent<CounterDirectory>(),
  };
}
