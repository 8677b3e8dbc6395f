import { config } from "../config.ts";
import { session, sessionHeaders } from "../session.ts";
import { fetchInTime } from "./fetch-in-time.ts";

/** The number of bindings in the first request: more than a screen shows, but few enough for a small response. */
export const firstCount = 100;

/** Pages that show the list of bindings, below the path of the UI. */
const listing = /^\/?(?:bindings\/?)?$/;

/** Whether the page that the browser loads shows the list of bindings. */
export const listsBindings: boolean = listing.test(location.pathname.slice(config.basePath.length));

const asked = new Map<string, Promise<Response>>();

// these requests are sent while the scripts of the pages are still loading: this small file is loaded before them
if (session.signedIn()) {
  ask("/rights");
  if (listsBindings) ask(`/?page_size=${firstCount}`);
}
// the response for one user must not be shown to another
session.subscribe(() => asked.clear());

function ask(path: string): void {
  const response = fetchInTime(config.apiPath + path, { headers: sessionHeaders() });
  // the consumer of the promise handles the error
  response.catch(() => undefined);
  asked.set(path, response);
}

/** Returns the response that was requested ahead of time, but only once; undefined if there is none. */
export function takeAhead(path: string): Promise<Response> | undefined {
  const response = asked.get(path);
  asked.delete(path);
  return response;
}
