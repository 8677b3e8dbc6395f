import { Readable } from "node:stream";
import { problemMessage } from "@bookend/core";
import { eachInTurn, limits, type ParameterReader, parameterError } from "@bookend/mfa";
import {
  type AuditColumn,
  type AuditFilter,
  type AuditLogEntry,
  auditColumns,
  isAuditColumn,
  type Store,
  StoreError,
} from "@bookend/store-sql";
import type { Route } from "../route.js";

const unitMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

const filterNames = [...auditColumns, "timelimit"] as const;

/** Returns the routes for the audit log. Only administrators can use them. */
export function auditRoutes({ audit }: Pick<Store, "audit">): readonly Route[] {
  return [
    {
      method: "GET",
      path: "/audit/",
      access: "admin",
      accepts: [...filterNames, "page", "page_size", "cursor", "count", "sortname", "sortorder"],
      async run({ parameters }) {
        const page = await checked(() =>
          audit.search({
            ...filterOf(parameters),
            page: parameters.integer("page", 1, limits.pages),
            pageSize: parameters.integer("page_size", 1, 1_000),
            cursor: parameters.integer("cursor", 1, Number.MAX_SAFE_INTEGER),
            countAll: parameters.flag("count"),
            sort: { column: sortColumn(parameters), direction: sortDirection(parameters) },
          }),
        );
        const { rows, count, countMore, cursor, current, prev, next } = page;
        const auditdata: ReturnType<typeof describe>[] = [];
        await eachInTurn(rows, (row) => auditdata.push(describe(row)));
        return {
          value: {
            auditcolumns: auditColumns,
            auditdata,
            count,
            ...(countMore && { count_more: true }),
            current,
            prev,
            next,
            ...(cursor !== undefined && { cursor }),
          },
        };
      },
    },
    {
      method: "GET",
      path: "/audit/:csvfile",
      access: "admin",
      accepts: filterNames,
      async run({ parameters }) {
        const filter = filterOf(parameters);
        // `exportCsv` checks the filter immediately, so that an invalid one is reported before the first byte is sent
        const pieces = await checked(async () => audit.exportCsv(filter));
        return { contentType: "text/csv; charset=utf-8", body: Readable.from(pieces) };
      },
    },
  ];
}

function filterOf(parameters: ParameterReader): AuditFilter {
  const filter: Partial<Record<AuditColumn, string>> = {};
  for (const name of Object.keys(parameters.all)) {
    const pattern = parameters.text(name);
    if (isAuditColumn(name) && pattern !== undefined) filter[name] = pattern;
  }
  const limit = parameters.text("timelimit");
  return { filter, ...(limit && { since: new Date(Date.now() - durationMs(limit)) }) };
}

function durationMs(text: string): number {
  const [, number, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (number === undefined || unit === undefined) {
    throw refused("timelimit", text, "a number of up to six digits followed by s, m, h or d, such as 1d");
  }
  return Number(number) * unitMs[unit as keyof typeof unitMs];
}

function sortColumn(parameters: ParameterReader): AuditColumn {
  const column = parameters.text("sortname") ?? "number";
  if (isAuditColumn(column)) return column;
  throw refused("sortname", column, auditColumns.join(", "));
}

function sortDirection(parameters: ParameterReader): "asc" | "desc" {
  const direction = parameters.text("sortorder") ?? "desc";
  if (direction === "asc" || direction === "desc") return direction;
  throw refused("sortorder", direction, "asc, desc");
}

function refused(name: string, value: string, allowed: string) {
  return parameterError(problemMessage(`${JSON.stringify(value.slice(0, 100))} is not valid`, allowed, name));
}

function describe({ startdate, ...row }: AuditLogEntry) {
  return { ...row, startdate: startdate.toISOString() };
}

async function checked<T>(search: () => Promise<T>): Promise<T> {
  try {
    return await search();
  } catch (error) {
    if (error instanceof StoreError && error.code === "AUDIT_FILTER_INVALID") throw parameterError(error.message);
    throw error;
  }
}
