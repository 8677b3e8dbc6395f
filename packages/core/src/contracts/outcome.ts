import type { JsonValue } from "./json.js";

/** How an action says it ended; nothing returned means done. */
export type Outcome =
  | { readonly status: "done"; readonly details?: { readonly [key: string]: JsonValue } | undefined }
  | {
      readonly status: "failed";
      readonly reason: string;
      readonly details?: { readonly [key: string]: JsonValue } | undefined;
    }
  | { readonly status: "skipped"; readonly reason: string };

/** The action did what it should. `details` go to the audit log: no secrets. */
export function done(options: { details?: { readonly [key: string]: JsonValue } } = {}): Outcome {
  return { status: "done", details: options.details };
}

/** The action could not do what it should, and nothing broke: no token, no recipient. The reason goes to the audit log: no secrets. */
export function failed(reason: string, options: { details?: { readonly [key: string]: JsonValue } } = {}): Outcome {
  return { status: "failed", reason, details: options.details };
}

/** There was nothing to do, and that is fine. The reason goes to the audit log. */
export function skipped(reason: string): Outcome {
  return { status: "skipped", reason };
}
