import type { ReactNode } from "react";

/** What a tag's color says. */
export type TagKind = "plain" | "pre" | "post" | "good" | "bad" | "warn";

/** A short word with a color that has enough contrast. */
export function Tag({ kind = "plain", children }: { kind?: TagKind; children: ReactNode }) {
  return (
    <span className="bk-tag" data-kind={kind}>
      {children}
    </span>
  );
}
