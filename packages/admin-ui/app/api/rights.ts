import { useQuery } from "@tanstack/react-query";
import { call } from "./http.ts";

/** The rights of the user who is signed in, and the features of the host. */
export interface Rights {
  readonly rights: readonly string[];
  readonly user: { readonly name: string; readonly realm?: string; readonly role?: string };
  readonly features: readonly string[];
}

async function readRights(signal?: AbortSignal): Promise<Rights> {
  return (await call<Rights>("GET", "/rights", { signal })).value;
}

/** The rights of whoever is signed in. */
export function useRights() {
  const query = useQuery({
    queryKey: ["rights"],
    queryFn: ({ signal }) => readRights(signal),
    staleTime: 60_000,
  });
  const { rights = [], features = [] } = query.data ?? {};
  return {
    query,
    user: query.data?.user,
    may: (right: string) => rights.includes(right),
    has: (feature: string) => features.includes(feature),
  };
}
