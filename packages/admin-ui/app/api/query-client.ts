import { QueryClient } from "@tanstack/react-query";
import { config } from "../config.ts";
import { session } from "../session.ts";
import { bindingsQuery } from "./bindings.ts";
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

/** Pages that show the list of bindings, below the path of the UI. */
const listing = /^\/?(?:bindings\/?)?$/;

/** Fetches what the first page will show: the page itself would fetch it only when it is drawn, one thing after another. */
export function loadAhead(): void {
  if (!session.signedIn()) return;
  void queryClient.prefetchQuery(rightsQuery);
  if (listing.test(location.pathname.slice(config.basePath.length))) void queryClient.prefetchQuery(bindingsQuery);
}

session.subscribe(() => {
  // what one user saw is not for the next
  if (session.token() === null) queryClient.clear();
  else loadAhead();
});
