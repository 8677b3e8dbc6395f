import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useRights } from "../api/rights.ts";
import { readStats } from "../api/stats.ts";
import { sum } from "../overview/sum.ts";
import type { RunsById } from "./filter-bindings.ts";

/** Hours in which failures are counted: 7 days. */
const hours = 168;

/**
 * Returns the runs of all bindings, undefined until they are known, and `shown`: whether the host has an audit log and
 * the user may read it. The runs are requested once `ready` is true.
 */
export function useRuns(ready: boolean): { readonly shown: boolean; readonly runs: RunsById | undefined } {
  const { has, may } = useRights();
  const shown = has("audit") && may("audit:read");
  const { data } = useQuery({
    queryKey: ["runs"],
    queryFn: ({ signal }) => readStats({ hours, buckets: 1 }, signal),
    enabled: shown && ready,
    staleTime: 30_000,
  });
  const runs = useMemo(
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
  return { shown, runs };
}
