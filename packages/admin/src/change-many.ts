import {
  type Binding,
  type BindingEdit,
  type Bookend,
  type ChangeOrigin,
  createPauses,
  type Problem,
  problemMessage,
} from "@bookend/core";
import { z } from "zod";
import { itemOf } from "./binding-item.js";
import { bindingFilter, revisionOfAll, selectBindings } from "./binding-list.js";
import type { Result } from "./envelope.js";
import { AdminError, errorCodes, notFoundError, parameterError } from "./errors.js";
import { createProblemList } from "./problems.js";
import {
  choiceParameter,
  flagParameter,
  idParameter,
  integerParameter,
  listParameter,
  objectParameter,
  readParameters,
  textParameter,
} from "./read-parameters.js";

/** Maximum number of bindings that one request may name. */
const most = 10_000;

/** Parameters of `POST /order`. */
export const orderParameters = z.strictObject({
  order: listParameter(
    "order",
    z.strictObject(
      { id: idParameter(), ordering: integerParameter(-(2 ** 31) + 1, 2 ** 31 - 1) },
      { error: "an object with id and ordering" },
    ),
    most,
  ),
  revision: textParameter().optional().describe("detail.revision of the list that was reordered."),
});

/** `POST /order`: sets the ordering of several bindings in one change. */
export async function orderBindings(
  bookend: Bookend,
  { order, revision }: z.output<typeof orderParameters>,
  origin: ChangeOrigin,
): Promise<Result> {
  const before = await bookend.bindings.list();
  if (revision !== undefined && revision !== revisionOfAll(before)) {
    const message = problemMessage(
      "the bindings were changed meanwhile",
      "the current revision of the list",
      "revision",
    );
    throw new AdminError(409, errorCodes.parameter, message);
  }
  refuseRepeated(
    order.map(({ id }) => id),
    "order",
  );
  const stored = new Map(before.map((binding) => [binding.id, binding]));
  const moved = order.filter(({ id, ordering }) => stored.get(id)?.ordering !== ordering);
  const edits = moved.map(
    ({ id, ordering }): BindingEdit => ({
      id,
      // the revisions that the caller saw; a caller that does not send the revision of the list may overwrite other
      // changes
      ...(revision !== undefined && { revision: stored.get(id)?.revision }),
      changes: { ordering },
    }),
  );
  await bookend.bindings.changeAll(edits, { origin });
  const after = await bookend.bindings.list();
  const named = new Set(order.map(({ id }) => id));
  return {
    value: after.filter(({ id }) => named.has(id)).map((binding) => itemOf(binding, bookend.registry)),
    detail: { revision: revisionOfAll(after) },
  };
}

/** Parameters of `POST /bulk`. */
export const bulkParameters = z.strictObject({
  operation: choiceParameter(["enable", "disable", "delete"]),
  ids: listParameter("ids", idParameter(), most).optional(),
  filter: objectParameter("filter")
    .optional()
    .describe("The same parameters as for the list, as an alternative to ids."),
  dry_run: flagParameter().optional(),
});

type BulkParameters = z.output<typeof bulkParameters>;

/** The planned change of one binding. */
interface Planned {
  readonly binding: Binding;
  readonly edit: BindingEdit | undefined;
  readonly problems: readonly Problem[];
}

/** `POST /bulk`: enables, disables or deletes several bindings: either all or none. */
export async function changeManyBindings(
  bookend: Bookend,
  { operation, dry_run = false, ...selection }: BulkParameters,
  origin: ChangeOrigin,
): Promise<Result> {
  const chosen = await selected(bookend, selection);
  const planned: Planned[] = [];
  const pause = createPauses();
  for (const binding of chosen) {
    planned.push(await planOne(bookend, binding, operation, dry_run));
    await pause();
  }
  const list = createProblemList();
  const outcomes = planned.map(({ binding, edit, problems }) => ({
    id: binding.id,
    name: binding.name,
    outcome: problems.length > 0 ? "refused" : edit ? "changed" : "unchanged",
    ...(problems.length > 0 && list(problems)),
  }));
  if (!dry_run) {
    await bookend.bindings.changeAll(
      planned.flatMap(({ edit }) => edit ?? []),
      { origin },
    );
  }
  return { value: { bindings: outcomes, dry_run } };
}

async function selected(
  bookend: Bookend,
  { ids, filter }: Pick<BulkParameters, "ids" | "filter">,
): Promise<readonly Binding[]> {
  if ((ids === undefined) === (filter === undefined)) {
    throw parameterError(
      problemMessage(
        "the request does not select any bindings, or selects them in two ways",
        "either ids or filter",
        "ids",
      ),
    );
  }
  if (filter !== undefined) return selectBindings(bookend, readParameters(bindingFilter, filter));
  const bindings = new Map((await bookend.bindings.list()).map((binding) => [binding.id, binding]));
  refuseRepeated(ids ?? [], "ids");
  return (ids ?? []).map((id) => {
    const binding = bindings.get(id);
    if (!binding) throw notFoundError(`ids: there is no binding ${id}.`);
    return binding;
  });
}

/**
 * Returns the planned change of one binding.
 *
 * @param dryRun Whether nothing will be written. Otherwise the write itself checks the bindings, and refuses all if one
 * has errors.
 */
async function planOne(
  bookend: Bookend,
  binding: Binding,
  operation: BulkParameters["operation"],
  dryRun: boolean,
): Promise<Planned> {
  const { id, revision, active } = binding;
  if (operation === "delete") return { binding, edit: { id, revision, changes: "remove" }, problems: [] };
  const wanted = operation === "enable";
  if (active === wanted) return { binding, edit: undefined, problems: [] };
  const problems = wanted && dryRun ? (await bookend.check({ ...binding, active: true })).filter(isError) : [];
  return { binding, edit: { id, revision, changes: { active: wanted } }, problems };
}

function isError({ severity }: Problem): boolean {
  return severity === "error";
}

function refuseRepeated(ids: readonly number[], field: string): void {
  const seen = new Set<number>();
  for (const id of ids) {
    if (seen.has(id))
      throw parameterError(problemMessage(`binding ${id} occurs more than once`, "each binding once", field));
    seen.add(id);
  }
}
