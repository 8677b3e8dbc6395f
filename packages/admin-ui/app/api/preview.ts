import { call, type Problem } from "./http.ts";

/** A message that a binding would send, or a part of such a message. */
export interface PreviewText {
  readonly option: string;
  readonly format: "text" | "html" | "json";
  readonly value: string;
  readonly problems: readonly (Problem | string)[];
}

/** Returns a preview of the messages that a binding, saved or not, sends for a call. Nothing is sent. */
export async function previewBinding(fields: object, signal?: AbortSignal): Promise<readonly PreviewText[]> {
  return (await call<{ texts: readonly PreviewText[] }>("POST", "/preview", { body: fields, signal })).value.texts;
}
