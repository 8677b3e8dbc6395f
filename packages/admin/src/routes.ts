import {
  type Bookend,
  type Directories,
  describePrivacyideaActions,
  describePrivacyideaConditions,
  type Handler,
} from "@bookend/core";
import { itemOf } from "./binding-item.js";
import type { Result } from "./envelope.js";
import { notFoundError } from "./errors.js";
import { explainCall } from "./explain-call.js";
import { type Fields, refuseUnknown } from "./fields.js";
import type { Operation, Permission } from "./options.js";
import { checkFieldsOrAll, getBinding, saveBinding } from "./save-binding.js";
import { exportBindings, importBindings } from "./transfer.js";

/** What a route is given. */
export interface RouteInput {
  /** What stands in the path for `<id>` or `<module>`; else empty. */
  readonly argument: string;
  readonly fields: Fields;
}

/** One method of one path. */
export interface Route {
  readonly method: "GET" | "POST" | "DELETE";
  /** Below the base path; `<id>` stands for an integer, `<module>` for any name. */
  readonly path: string;
  readonly operation: Operation;
  readonly permission: Permission;
  run(input: RouteInput): Promise<Result>;
}

/** All routes of the API. A route without parameters refuses any. */
export function createRoutes(bookend: Bookend, directories: Directories): readonly Route[] {
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
  const write = (
    operation: Operation,
    method: "POST" | "DELETE",
    path: string,
    change: (id: number) => Promise<unknown>,
  ) => ({
    ...bare(operation, path, async (argument) => {
      await change(Number(argument));
      return Number(argument);
    }),
    method,
    permission: "write" as const,
  });
  const handlerOf = (id: string): Handler => {
    const handler = registry.handlers.get(id);
    if (!handler) throw notFoundError(`There is no handler module ${JSON.stringify(id)}.`);
    return handler;
  };

  return [
    bare("list", "", async () => (await bindings.list()).map((binding) => itemOf(binding, registry))),
    // a list of one, as privacyIDEA's
    bare("get", "<id>", async (id) => [itemOf(await getBinding(bookend, Number(id)), registry)]),
    bare("available", "available", () => [...bookend.events].sort()),
    bare("handlermodules", "handlermodules", () => [...registry.handlers.keys()]),
    bare("positions", "positions/<module>", (id) => handlerOf(id).positions),
    bare("defaults", "defaults/<module>", (id) => ({ abort_on_error: handlerOf(id).abortOnError ?? false })),
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
    write("enable", "POST", "enable/<id>", (id) => bindings.setActive(id, true)),
    write("disable", "POST", "disable/<id>", (id) => bindings.setActive(id, false)),
    write("delete", "DELETE", "<id>", (id) => bindings.remove(id)),
    {
      method: "POST",
      path: "",
      operation: "set",
      permission: "write",
      run: ({ fields }) => saveBinding(bookend, fields),
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
      run: ({ fields }) => importBindings(bookend, fields),
    },
    {
      method: "POST",
      path: "explain",
      operation: "explain",
      permission: "explain",
      run: ({ fields }) => explainCall(bookend, directories, fields),
    },
  ];
}
