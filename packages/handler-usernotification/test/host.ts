import {
  type AuditEntry,
  type BookendOptions,
  type Call,
  type CallInput,
  createBookend,
  createCall,
  type Directories,
  memoryAudit,
  memoryBindings,
  type Problem,
  type User,
  type UserRef,
} from "@bookend/core";
import { type UserNotificationOptions, userNotification } from "../src/index.js";

/** Creates a user of `realm1`. */
export function user(login: string, attributes: Readonly<Record<string, string>> = {}): User {
  return { login, realm: "realm1", resolver: "passwd", attributes: { email: `${login}@example.com`, ...attributes } };
}

/** Alice, the user whom the calls of these tests are about. */
export const alice = user("alice", { givenname: "Alice", surname: "Liddell", mobile: "+49 151 1111" });

/** Options of a host. Tests that need neither mailers nor gateways omit them. */
export interface HostOptions
  extends Partial<UserNotificationOptions>,
    Pick<Partial<BookendOptions>, "outbox" | "clock"> {
  readonly people?: readonly User[];
  readonly tokens?: Directories["tokens"];
}

/** Creates a Bookend with this handler, whose calls are about Alice. */
export function host({ people = [alice], tokens, outbox, clock, ...services }: HostOptions = {}) {
  const audit = memoryAudit();
  const find = ({ login, realm, resolver, uid }: UserRef) =>
    people.find((one) =>
      uid === undefined ? one.login === login && one.realm === realm : one.resolver === resolver && one.uid === uid,
    ) ?? null;
  const directories: Directories = { users: { find, resolversOf: () => ["passwd"] }, tokens };
  const bookend = createBookend({
    handlers: [userNotification({ mailers: {}, smsGateways: {}, ...services })],
    bindings: memoryBindings(),
    directories,
    audit,
    url: "https://mfa.example.org",
    outbox,
    clock,
  });
  let named = 0;
  // bindings need unique names
  const bindingOf = (action: string, options: Record<string, unknown>) => ({
    name: `notify ${++named}`,
    events: ["token_init"],
    handler: "UserNotification",
    action,
    options,
    delivery: outbox ? ("durable" as const) : ("inline" as const),
  });
  const save = async (action: string, options: Record<string, unknown>) => {
    const { id } = await bookend.bindings.add(bindingOf(action, options));
    return {
      /** Makes a call, and resolves to the audit entry of the action. */
      async call(input: Partial<CallInput> = {}): Promise<AuditEntry> {
        await bookend.handle(callAbout(input), () => ({ status: 200, body: {}, ...input.response }));
        return audit.entries.at(-1) as AuditEntry;
      },
      remove: () => bookend.bindings.remove(id),
    };
  };
  return {
    save,
    /**
     * Saves a binding, makes one call, and resolves to the audit entry of the action. Rejects if the binding is
     * refused.
     */
    async run(action: string, options: Record<string, unknown>, input?: Partial<CallInput>): Promise<AuditEntry> {
      const { call, remove } = await save(action, options);
      const entry = await call(input);
      await remove();
      return entry;
    },
    check: (action: string, options: Record<string, unknown>): Promise<readonly Problem[]> =>
      bookend.check(bindingOf(action, options)),
  };
}

function callAbout({ request, ...call }: Partial<CallInput>): Call {
  return createCall({
    event: "token_init",
    request: { user: { login: "alice", realm: "realm1" }, ...request },
    ...call,
  });
}
