import { useCallback, useEffect, useRef, useState } from "react";
import type { Binding } from "../api/bindings.ts";
import { config } from "../config.ts";
import { type Draft, draftOf, emptyDraft, type StoredDraft, sameDraft, withoutSecrets } from "./draft.ts";

/** The form of a binding, kept over a reload of the tab. */
export interface DraftState {
  readonly draft: Draft;
  readonly changed: boolean;
  /** Whether it was kept from before a reload. */
  readonly restored: boolean;
  /** The revision that the changes are based on. */
  readonly revision: number | undefined;
  set(draft: Draft): void;
  /** Back to what is stored. */
  discard(): void;
  /** The draft was put together with another revision. */
  rebase(binding: Binding, draft: Draft): void;
}

const storageKey = (id: string) => `bookend-draft ${config.basePath} ${id}`;

/** Removes what was kept of a binding's form. */
export function forgetDraft(id: string): void {
  sessionStorage.removeItem(storageKey(id));
}

/** Keeps the form of a binding. Secrets that were typed are not kept over a reload. */
export function useDraft(
  id: string,
  binding: Binding | undefined,
  start: Draft | undefined,
  secrets: ReadonlySet<string>,
): DraftState {
  const before = binding ? draftOf(binding) : emptyDraft;
  const [state, setState] = useState<{ draft: Draft; revision: number | undefined; restored: boolean }>(() => {
    const stored = readStored(id);
    if (stored && !sameDraft(stored.draft, before)) return { ...stored, revision: stored.revision, restored: true };
    return { draft: start ?? before, revision: binding?.revision, restored: false };
  });
  const changed = !sameDraft(state.draft, before);
  const latest = useRef({ before, secrets });
  latest.current = { before, secrets };
  useEffect(() => {
    const kept: StoredDraft = {
      draft: withoutSecrets(state.draft, latest.current.before, latest.current.secrets),
      revision: state.revision,
    };
    if (changed) sessionStorage.setItem(storageKey(id), JSON.stringify(kept));
    else sessionStorage.removeItem(storageKey(id));
  }, [state, changed, id]);
  const set = useCallback((draft: Draft) => setState((old) => ({ ...old, draft })), []);
  return {
    draft: state.draft,
    changed,
    restored: state.restored && changed,
    revision: state.revision,
    set,
    discard: () => setState({ draft: before, revision: binding?.revision, restored: false }),
    rebase: (other, draft) => setState({ draft, revision: other.revision, restored: false }),
  };
}

function readStored(id: string): StoredDraft | undefined {
  try {
    const stored: StoredDraft | null = JSON.parse(sessionStorage.getItem(storageKey(id)) ?? "null");
    return stored ? { draft: { ...emptyDraft, ...stored.draft }, revision: stored.revision } : undefined;
  } catch {
    return undefined;
  }
}
