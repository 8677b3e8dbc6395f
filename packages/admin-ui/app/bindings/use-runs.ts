import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useRights } from "../api/rights.ts";
import { readStats } from "../api/stats.ts";
import { sum } from "../overview/sum.ts";
import type { RunsById } from "./filter-bindings.ts";

/** Hours in which failures are counted: 7 days. */
const hours = 168;

/** The runs of all bindings; undefined until they are known, and without the right to read the audit log. */
export function useRuns(): RunsById | undefined {
  const { has, may } = useRights();
  const { data } = useQuery({
    queryKey: ["runs"],
    queryFn: ({ signal }) => readStats({ hours, buckets: 1 }, signal),
    enabled: has("audit") && may("audit:read"),
    staleTime: 30_000,
  });
  return useMemo(
    () =>
      data &&
      new Map(
        data.bindings.map(({ id, last_run: last, failures }) => [
          id,
          { last: last ?? undefined, failures: sum(failures) },
        ]),
      ),
    [data],
  );
}
