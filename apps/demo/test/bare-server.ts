import { type ApiClient, asAdmin } from "./api-client.js";
import { type TestServer, testServer } from "./test-server.js";

/** An audit row of an action. */
interface ActionRow {
  readonly action: string;
  /** Id of its binding. */
  readonly binding: number;
  readonly success: boolean;
  readonly info: string;
}

/** A demo server without the demo's bindings, and an administrator who is logged in. */
export interface BareServer extends Omit<TestServer, "mails"> {
  readonly admin: ApiClient;
  /** Adds a binding through the management API. Rejects if the API refuses the binding. */
  bind(binding: Readonly<Record<string, unknown>>): Promise<void>;
  /** Returns the mails of the demo's mail sink, newest first. */
  mails(): Promise<readonly { readonly to: readonly string[]; readonly subject: string; readonly text: string }[]>;
  /** Returns the audit rows of actions, newest first. */
  actions(): Promise<readonly ActionRow[]>;
}

/** Starts a demo server and removes the demo's bindings. */
export async function bareServer(options: Parameters<typeof testServer>[0] = {}): Promise<BareServer> {
  const server = await testServer(options);
  const { bindings } = server.bookend;
  for (const { id } of await bindings.list()) await bindings.remove(id);
  const admin = await asAdmin(server.api);
  let bound = 0;
  return {
    ...server,
    admin,
    async bind(binding) {
      bound += 1;
      const { body } = await admin.call("POST", "/event", { name: `${binding.action} ${bound}`, ...binding });
      if (!body.result.status) throw new Error(body.result.error.message);
    },
    async mails() {
      return (await server.api.call("GET", "/demo/mails")).body;
    },
    async actions() {
      const { auditdata } = (await admin.call("GET", "/audit/?page_size=100")).body.result.value;
      return auditdata.filter(({ parent }: { parent: string | null }) => parent !== null);
    },
  };
}
