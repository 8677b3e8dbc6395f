import { useCallback, useEffect, useRef, useState } from "react";
import type { Binding } from "../api/bindings.ts";
import { draftStorage } from "../session.ts";
import { type Draft, draftOf, emptyDraft, type StoredDraft, sameDraft, withoutSecrets } from "./draft.ts";

/** The form of a binding, which survives a reload of the tab. */
export interface DraftState {
  readonly draft: Draft;
  /** The binding on which the changes are based. */
  readonly base: Draft;
  /** The revision of `base`. */
  readonly revision: number | undefined;
  readonly changed: boolean;
  /** Whether the draft contains changes that were restored after a reload. */
  readonly restored: boolean;
  set(draft: Draft): void;
  /** Resets the form to the stored binding. */
  discard(): void;
  /** Continues with a draft that was merged with another revision. */
  rebase(binding: Binding, draft: Draft): void;
}

type State = Pick<DraftState, "draft" | "base" | "revision" | "restored">;

/** Keeps the form of a binding in the tab's session storage, under `name`. Typed secrets are not kept. */
export function useDraft(
  name: string,
  binding: Binding | undefined,
  secrets: ReadonlySet<string>,
  start: Partial<Draft>,
): DraftState {
  const [state, setState] = useState<State>(() => {
    const stored = readStored(name);
    if (stored && !sameDraft(stored.draft, stored.base)) return { ...stored, restored: true };
    return unchanged(binding, start);
  });
  const { draft, base, revision, restored } = state;
  const changed = !sameDraft(draft, base);
  const hidden = useRef(secrets);
  hidden.current = secrets;
  useEffect(() => {
    const kept: StoredDraft = { draft: withoutSecrets(draft, base, hidden.current), base, revision };
    if (changed) draftStorage.set(name, JSON.stringify(kept));
    else draftStorage.remove(name);
  }, [draft, base, revision, changed, name]);
  const set = useCallback((next: Draft) => setState((old) => ({ ...old, draft: next })), []);
  return {
    draft,
    base,
    revision,
    changed,
    restored: restored && changed,
    set,
    discard() {
      // after a merge, the base is newer than the version that the page has loaded
      const newer = revision !== undefined && binding !== undefined && revision > binding.revision;
      setState(newer ? { draft: base, base, revision, restored: false } : unchanged(binding, start));
    },
    rebase: (other, merged) =>
      setState({ draft: merged, base: draftOf(other), revision: other.revision, restored: false }),
  };
}

function unchanged(binding: Binding | undefined, start: Partial<Draft>): State {
  const base = binding ? draftOf(binding) : { ...emptyDraft, ...start };
  return { draft: base, base, revision: binding?.revision, restored: false };
}

function readStored(name: string): Omit<State, "restored"> | undefined {
  try {
    const stored: Partial<StoredDraft> | null = JSON.parse(draftStorage.get(name) ?? "null");
    if (!stored?.draft || !stored.base) return undefined;
    const { draft, base, revision } = stored;
    return { draft: { ...emptyDraft, ...draft }, base: { ...emptyDraft, ...base }, revision };
  } catch {
    return undefined;
  }
}
