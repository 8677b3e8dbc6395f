import type { Actor, RecordedCall, RecordedEnd, UserRef } from "@bookend/core";
import type { Insertable, Selectable } from "kysely";
import { cleanText } from "../audit/clean-text.js";
import { toFlag } from "../portable-columns.js";
import type { CallTable } from "./call-table.js";

/** Maximum length of a string in any column other than the call itself, in UTF-16 units. */
const maxColumnLength = 1_000;

/** The columns of a recorded call that lists contain. */
export interface RecordedCallSummary {
  /** The call's `id`. */
  readonly id: string;
  readonly event: string;
  readonly time: Date;
  readonly method: string;
  readonly path: string;
  readonly user?: UserRef | undefined;
  readonly actor?: Actor | undefined;
  readonly client?: string | undefined;
  readonly success: boolean;
  /** Size in characters of JSON. */
  readonly size: number;
}

/** The columns of a call that lists contain. */
export const summaryColumns = [
  "number",
  "id",
  "event",
  "time",
  "method",
  "path",
  "user",
  "realm",
  "resolver",
  "actor",
  "client",
  "success",
  "size",
] as const satisfies readonly (keyof CallTable)[];

type SummaryRow = Pick<Selectable<CallTable>, (typeof summaryColumns)[number]>;

/** Converts a call to a row. */
export function toRow({ id, event, time, actor, success, ends }: RecordedCall): Insertable<CallTable> {
  const request = (ends.post ?? ends.pre)?.states[0].request;
  const json = JSON.stringify({ pre: ends.pre, post: ends.post });
  const text = (value: string) => cleanText(value, maxColumnLength);
  const optional = (value: string | undefined) => (value === undefined ? null : text(value));
  return {
    id: text(id),
    event: text(event),
    time: time.getTime(),
    method: text(request?.method ?? ""),
    path: text(request?.path ?? ""),
    user: optional(request?.user?.login),
    realm: optional(request?.user?.realm),
    resolver: optional(request?.user?.resolver),
    actor: actor === undefined ? null : JSON.stringify(actor),
    client: optional(request?.clientIp),
    success: toFlag(success),
    size: json.length,
    ends: json,
  };
}

/** Converts a row to a list item. */
export function toSummary(row: SummaryRow): RecordedCallSummary {
  return {
    id: row.id,
    event: row.event,
    time: new Date(Number(row.time)),
    method: row.method,
    path: row.path,
    ...(row.user !== null && {
      user: {
        login: row.user,
        realm: row.realm ?? "",
        ...(row.resolver !== null && { resolver: row.resolver }),
      },
    }),
    ...(row.actor !== null && { actor: JSON.parse(row.actor) as Actor }),
    ...(row.client !== null && { client: row.client }),
    success: row.success === 1,
    size: Number(row.size),
  };
}

/** Converts a row to a call. */
export function toCall({ id, event, time, actor, success, ends }: Selectable<CallTable>): RecordedCall {
  const { pre, post } = JSON.parse(ends) as { readonly [P in "pre" | "post"]?: RecordedEnd };
  return {
    id,
    event,
    time: new Date(Number(time)),
    ...(actor !== null && { actor: JSON.parse(actor) as Actor }),
    success: success === 1,
    ends: { ...(pre && { pre: dated(pre) }), ...(post && { post: dated(post) }) },
  };
}

/** Restores the time `at` of a recorded end, which was stored as a string. */
function dated(end: RecordedEnd): RecordedEnd {
  return { ...end, at: new Date(end.at) };
}
