import type { Rights } from "@bookend/client";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { call } from "./http.ts";

/** The name of a right. */
export type Right = Rights["rights"][number];

/** The name of a feature that a host may offer. */
export type Feature = Rights["features"][number];

async function readRights(signal?: AbortSignal): Promise<Rights> {
  return (await call<Rights>("GET", "/rights", { signal })).value;
}

/** The rights of the user who is signed in, in the cache of the pages. */
export const rightsQuery = queryOptions({
  queryKey: ["rights"],
  queryFn: ({ signal }) => readRights(signal),
  staleTime: 60_000,
});

/** Returns the rights of the user who is signed in. */
export function useRights() {
  const query = useQuery(rightsQuery);
  const { rights = [], features = [] } = query.data ?? {};
  return {
    query,
    user: query.data?.user,
    may: (right: Right) => rights.includes(right),
    has: (feature: Feature) => features.includes(feature),
  };
}
