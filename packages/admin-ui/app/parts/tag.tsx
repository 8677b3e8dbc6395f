import type { ReactNode } from "react";

/** The meaning of a tag's color. */
export type TagKind = "plain" | "pre" | "post" | "good" | "bad" | "warn";

/** A short word in a color with enough contrast. */
export function Tag({ kind = "plain", children }: { kind?: TagKind; children: ReactNode }) {
  return (
    <span className="bk-tag" data-kind={kind}>
      {children}
    </span>
  );
}
