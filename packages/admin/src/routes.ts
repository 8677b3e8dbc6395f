import {
  type ChangeOptions,
  describePrivacyideaActions,
  describePrivacyideaConditions,
  type Handler,
} from "@bookend/core";
import { itemOf } from "./binding-item.js";
import type { Result } from "./envelope.js";
import { notFoundError } from "./errors.js";
import { explainCall } from "./explain-call.js";
import { type Fields, refuseUnknown } from "./fields.js";
import type { AdminOptions, Operation, Permission } from "./options.js";
import { revisionOf, tagOf } from "./revision.js";
import { checkFieldsOrAll, getBinding, saveBinding } from "./save-binding.js";
import { exportBindings } from "./transfer/export-bindings.js";
import { importBindings } from "./transfer/import-bindings.js";

/** What a route is given. */
export interface RouteInput {
  /** What stands in the path for `<id>` or `<module>`; else empty. */
  readonly argument: string;
  readonly query: Fields;
  readonly body: Fields;
  /** Query and body together. */
  readonly fields: Fields;
  /** The header `If-Match`. */
  readonly ifMatch: string | undefined;
}

/** One method of one path. */
export interface Route {
  readonly method: "GET" | "POST" | "DELETE";
  /** Below the base path; `<id>` stands for an integer, `<module>` for any name. */
  readonly path: string;
  readonly operation: Operation;
  readonly permission: Permission;
  /** What its body may be. @default parameters, as JSON or a form */
  readonly formats?: "documents" | undefined;
  run(input: RouteInput): Promise<Result>;
}

/** All routes of the API. A route without parameters refuses any. */
export function createRoutes({
  bookend,
  directories = {},
  user,
}: Pick<AdminOptions<never>, "bookend" | "directories" | "user">): readonly Route[] {
  const { bindings, registry } = bookend;

  const bare = (operation: Operation, path: string, read: (argument: string) => Promise<unknown> | unknown): Route => ({
    method: "GET",
    path,
    operation,
    permission: "read",
    async run({ argument, fields }) {
      refuseUnknown(fields, []);
      return { value: await read(argument) };
    },
  });
  /** Changes one binding; `revision`, or `If-Match`, says which revision of it. */
  const change = (
    operation: Operation,
    method: "POST" | "DELETE",
    path: string,
    run: (id: number, options: ChangeOptions) => Promise<unknown>,
  ): Route => ({
    method,
    path,
    operation,
    permission: "write",
    async run({ argument, fields, ifMatch }) {
      refuseUnknown(fields, ["revision"]);
      const id = Number(argument);
      await run(id, { revision: revisionOf(fields, ifMatch) });
      return { value: id };
    },
  });
  const handlerOf = (id: string): Handler => {
    const handler = registry.handlers.get(id);
    if (!handler) throw notFoundError(`There is no handler module ${JSON.stringify(id)}.`);
    return handler;
  };

  return [
    bare("list", "", async () => (await bindings.list()).map((binding) => itemOf(binding, registry))),
    // a list of one, as privacyIDEA's
    {
      ...bare("get", "<id>", () => undefined),
      async run({ argument, fields }) {
        refuseUnknown(fields, []);
        const binding = await getBinding(bookend, Number(argument));
        return { value: [itemOf(binding, registry)], headers: tagOf(binding) };
      },
    },
    bare("available", "available", () => [...bookend.events].sort()),
    bare("handlermodules", "handlermodules", () => [...registry.handlers.keys()]),
    bare("positions", "positions/<module>", (id) => handlerOf(id).positions),
    // privacyIDEA's UI asks before a module is chosen
    bare("defaults", "defaults/<module>", (id) => ({
      abort_on_error: registry.handlers.get(id)?.abortOnError ?? false,
    })),
    bare("actions", "actions/<module>", (id) => describePrivacyideaActions(registry, handlerOf(id).id, directories)),
    bare("conditions", "conditions/<module>", (id) =>
      describePrivacyideaConditions(registry, handlerOf(id).id, directories),
    ),
    {
      method: "GET",
      path: "export",
      operation: "export",
      permission: "read",
      run: ({ fields }) => exportBindings(bookend, fields),
    },
    change("enable", "POST", "enable/<id>", (id, options) => bindings.setActive(id, true, options)),
    change("disable", "POST", "disable/<id>", (id, options) => bindings.setActive(id, false, options)),
    change("delete", "DELETE", "<id>", (id, options) => bindings.remove(id, options)),
    {
      method: "POST",
      path: "",
      operation: "set",
      permission: "write",
      run: ({ fields, ifMatch }) => saveBinding(bookend, fields, ifMatch),
    },
    {
      method: "POST",
      path: "check",
      operation: "check",
      permission: "read",
      run: ({ fields }) => checkFieldsOrAll(bookend, fields),
    },
    {
      method: "POST",
      path: "import",
      operation: "import",
      permission: "write",
      formats: "documents",
      run: ({ query, body }) => importBindings(bookend, query, body),
    },
    {
      method: "POST",
      path: "explain",
      operation: "explain",
      permission: "explain",
      run: ({ fields }) => explainCall({ bookend, directories, user }, fields),
    },
  ];
}
