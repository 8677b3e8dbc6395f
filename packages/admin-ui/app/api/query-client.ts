import { QueryClient } from "@tanstack/react-query";
import { session } from "../session.ts";
import { listsBindings } from "./ahead.ts";
import { firstBindingsQuery } from "./bindings.ts";
import { ApiError } from "./http.ts";
import { rightsQuery } from "./rights.ts";

/** The pages' cache for the management API. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      retry: (count, error) => count < 1 && !(error instanceof ApiError && error.status >= 400 && error.status < 500),
    },
  },
});

/**
 * Fetches the data that the UI shows first, before it is drawn. Otherwise, the components would request it one after
 * the other while they are drawn. Resolves when the data has arrived, or could not be read.
 */
export async function loadAhead(): Promise<void> {
  if (!session.signedIn()) return;
  const needed = [queryClient.prefetchQuery(rightsQuery)];
  if (listsBindings) needed.push(queryClient.prefetchQuery(firstBindingsQuery));
  await Promise.all(needed);
}

session.subscribe(() => {
  // the data of one user must not be shown to another
  if (session.token() === null) queryClient.clear();
  else void loadAhead();
});
