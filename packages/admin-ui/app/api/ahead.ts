import { config } from "../config.ts";
import { session, sessionHeaders } from "../session.ts";
import { fetchInTime } from "./fetch-in-time.ts";

/** How many bindings are asked for first: more than a screen shows, and a response of some kilobytes. */
export const firstCount = 100;

/** Pages that show the list of bindings, below the path of the UI. */
const listing = /^\/?(?:bindings\/?)?$/;

/** Whether the page that the browser loads shows the list of bindings. */
export const listsBindings: boolean = listing.test(location.pathname.slice(config.basePath.length));

const asked = new Map<string, Promise<Response>>();

// while the scripts of the pages are on their way: this one is a small file, and comes before them
if (session.signedIn()) {
  ask("/rights");
  if (listsBindings) ask(`/?page_size=${firstCount}`);
}
// what one user asked for is not for the next
session.subscribe(() => asked.clear());

function ask(path: string): void {
  const response = fetchInTime(config.apiPath + path, { headers: sessionHeaders() });
  // whoever takes it sees the error
  response.catch(() => undefined);
  asked.set(path, response);
}

/** The response that was asked for ahead, once; undefined if none was. */
export function takeAhead(path: string): Promise<Response> | undefined {
  const response = asked.get(path);
  asked.delete(path);
  return response;
}
