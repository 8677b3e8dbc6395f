import type { BindingsStatus } from "@bookend/core";
import type { Store } from "@bookend/store-sql";

/** Whether the server can do its work. */
export interface Readiness {
  readonly ready: boolean;
  /** `ok`, or the code of the problem. */
  readonly database: string;
  /**
   * `loading` until the bindings have been read, then `current`, or `stale` while they may differ from the stored
   * bindings.
   */
  readonly bindings: BindingsStatus["state"];
  readonly audit: {
    /** `ok`, or the code of the problem. */
    readonly state: string;
    /** Whether calls fail while the audit log cannot be written. */
    readonly required: boolean;
  };
}

/**
 * Checks the parts that calls depend on. Simultaneous checks share one result, so that there is at most one query at a
 * time.
 */
export function createReadiness({
  store,
  bindings,
  auditRequired,
}: {
  readonly store: Pick<Store, "health">;
  readonly bindings: () => BindingsStatus["state"];
  readonly auditRequired: boolean;
}): () => Promise<Readiness> {
  let asking: Promise<Readiness> | undefined;
  const ask = async (): Promise<Readiness> => {
    const { database, audit } = await store.health();
    const state = bindings();
    return {
      // with stale bindings, a deleted binding may still run
      ready: database === "ok" && state === "current" && (audit === "ok" || !auditRequired),
      database,
      bindings: state,
      audit: { state: audit, required: auditRequired },
    };
  };
  return () => {
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    return asking;
  };
}
