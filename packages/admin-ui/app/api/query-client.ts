import { QueryClient } from "@tanstack/react-query";
import { session } from "../session.ts";
import { listsBindings } from "./ahead.ts";
import { firstBindingsQuery } from "./bindings.ts";
import { ApiError } from "./http.ts";
import { rightsQuery } from "./rights.ts";

/** What the pages keep of the management API. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      retry: (count, error) => count < 1 && !(error instanceof ApiError && error.status >= 400 && error.status < 500),
    },
  },
});

/**
 * Fetches what the first page will show: the page itself would fetch it only when it is drawn, one thing after another.
 * Resolves when what it shows first is there, or failed.
 */
export async function loadAhead(): Promise<void> {
  if (!session.signedIn()) return;
  const needed = [queryClient.prefetchQuery(rightsQuery)];
  if (listsBindings) needed.push(queryClient.prefetchQuery(firstBindingsQuery));
  await Promise.all(needed);
}

session.subscribe(() => {
  // what one user saw is not for the next
  if (session.token() === null) queryClient.clear();
  else void loadAhead();
});
