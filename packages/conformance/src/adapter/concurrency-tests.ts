import { deepEqual, equal } from "node:assert/strict";
import { type AdapterTest, json, thing } from "./adapter-server.js";

const calls = 100;

/** Lets other calls run. */
const others = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Tests that calls do not affect each other. */
export const concurrencyTests: readonly AdapterTest[] = [
  {
    name: `each of ${calls} concurrent calls has its own parameters, response and entry in the audit log`,
    async run(withServer) {
      await withServer(
        {
          routes: [
            thing(
              async ({ call, body, query, params }) => {
                await others();
                const { of } = call.request.parameters;
                return {
                  json: { of, body, query: query.q, id: params.id, call: call.id },
                  headers: [["x-of", String(of)]],
                };
              },
              { path: "/thing/:id" },
            ),
          ],
          actions: [
            {
              position: "pre",
              run: async ({ request }) => {
                await others();
                request.parameters.of = `${request.parameters.of} changed`;
              },
            },
            {
              run: async ({ id, request, response }) => {
                await others();
                Object.assign(response?.body as object, { post: `${request.parameters.of} ${id}` });
              },
            },
          ],
          actor: () => ({ username: "alice", realm: "" }),
        },
        async ({ fetch, audited }) => {
          const ids = await Promise.all(
            Array.from({ length: calls }, async (_, index) => {
              const response = await fetch(`/thing/${index}?q=${index}`, json({ of: `n${index}` }));
              const body = (await response.json()) as { readonly call: string };
              const of = `n${index} changed`;
              equal(response.headers.get("x-of"), of);
              const { call } = body;
              deepEqual(body, { of, body: { of }, query: `${index}`, id: `${index}`, call, post: `${of} ${call}` });
              return call;
            }),
          );
          equal(new Set(ids).size, calls);
          deepEqual(audited.map(({ id }) => id).sort(), [...ids].sort());
        },
      );
    },
  },
];
