import { asAdmin } from "./api-client.js";
import { testServer } from "./test-server.js";

/** A demo server without the demo's bindings, and an administrator who is logged in. */
export async function bareServer(options: Parameters<typeof testServer>[0] = {}) {
  const server = await testServer(options);
  const { bindings } = server.bookend;
  for (const { id } of await bindings.list()) await bindings.remove(id);
  const admin = await asAdmin(server.api);
  return {
    ...server,
    admin,
    /** Binds as an administrator does; fails if the binding is refused. */
    async bind(binding: Readonly<Record<string, unknown>>): Promise<void> {
      const { body } = await admin.call("POST", "/event", { name: String(binding.action), ...binding });
      if (!body.result.status) throw new Error(body.result.error.message);
    },
    /** What the demo's mail sink has, newest first. */
    async mails(): Promise<
      readonly { readonly to: readonly string[]; readonly subject: string; readonly text: string }[]
    > {
      return (await server.api.call("GET", "/demo/mails")).body;
    },
    /** Audit rows of actions, newest first. */
    async actions(): Promise<readonly { readonly action: string; readonly success: boolean; readonly info: string }[]> {
      const { auditdata } = (await admin.call("GET", "/audit/?page_size=100")).body.result.value;
      return auditdata.filter(({ parent }: { parent: string | null }) => parent !== null);
    },
  };
}
