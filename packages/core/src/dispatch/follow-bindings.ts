import type { WrittenBindings } from "../bindings/binding-changes.js";
import type { CompileContext } from "../bindings/compile-context.js";
import type { BindingDelta, BindingStore } from "../contracts/binding-store.js";
import { BookendError } from "../contracts/errors.js";
import type { Logger } from "../contracts/logger.js";
import { type Fault, faultOf, framesOf } from "../internal/fault.js";
import { publishBindings } from "./diagnostics.js";
import type { Plan } from "./plan.js";
import { PlanKeeper } from "./plan-keeper.js";

/** Maximum milliseconds for a store to return its bindings. */
const readTimeoutMs = 30_000;
const firstRetryMs = 250;
const longestRetryMs = 30_000;

/** Whether the bindings in force match those of the store. */
export interface BindingsStatus {
  /**
   * `loading`: no bindings have been read yet; each call waits until they are read, and fails if they cannot be read.
   * `current`: the bindings in force match those of the store. `stale`: reading them failed, so earlier ones remain in
   * force; the next attempt is at `retryAt`.
   */
  readonly state: "loading" | "current" | "stale";
  /** The number of bindings, active or not. */
  readonly count: number;
  /** The time at which the bindings in force were read. */
  readonly readAt?: Date | undefined;
  /** The number of failures since the last successful read. */
  readonly failures: number;
  /** The last failure. */
  readonly error?: Fault | undefined;
  readonly retryAt?: Date | undefined;
}

/** The dependencies of `FollowedBindings`. */
export interface FollowOptions {
  readonly store: BindingStore;
  readonly context: CompileContext;
  readonly logger: Logger;
  readonly clock: () => Date;
}

/** Keeps a plan of the bindings in a store. */
export class FollowedBindings {
  /** The plan in force; undefined until bindings have been read. */
  plan: Plan | undefined;
  /** The keeper that can change this plan; undefined if all bindings must be read again. */
  #keeper: PlanKeeper | undefined;
  /** The revision that was read last, if the store reports it. */
  #revision: string | undefined;
  readonly #options: FollowOptions;
  readonly #unsubscribe: () => void;
  #loading: Promise<void> | undefined;
  /** Whether bindings may have changed since the last read began. */
  #outdated = true;
  #writing = 0;
  #closed = false;
  #retry: NodeJS.Timeout | undefined;
  #status: BindingsStatus = { state: "loading", count: 0, failures: 0 };

  constructor(options: FollowOptions) {
    this.#options = options;
    this.#unsubscribe = options.store.subscribe(() => this.#changed());
    this.#reloadInBackground();
  }

  get status(): BindingsStatus {
    return this.#status;
  }

  /** Reads the bindings, one read at a time. If they may have changed during a read, reads them once more. */
  reload(): Promise<void> {
    this.#outdated = true;
    this.#loading ??= this.#load();
    return this.#loading;
  }

  async ready(): Promise<Plan> {
    if (!this.plan) await this.reload();
    return this.plan as Plan;
  }

  /**
   * Runs a write and updates the plan: the write and the store's notification cause a single read. If the bindings
   * cannot be read afterwards, the written changes are applied to the plan directly, so that a binding that this
   * process removed does not run here.
   */
  async write(write: () => Promise<WrittenBindings>): Promise<WrittenBindings> {
    this.#writing += 1;
    let written: WrittenBindings;
    try {
      written = await write();
    } catch (error) {
      this.#writing -= 1;
      // another writer's change may have been announced in the meantime
      if (this.#writing === 0 && this.#outdated) this.#reloadInBackground();
      throw error;
    }
    this.#writing -= 1;
    try {
      await this.reload();
    } catch {
      await this.#patch(written);
    }
    return written;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#retry);
    this.#unsubscribe();
    publishBindings(this, 0, []);
  }

  #changed(): void {
    if (this.#writing > 0) this.#outdated = true;
    else this.#reloadInBackground();
  }

  #reloadInBackground(): void {
    // a failure is logged, and the read is repeated
    if (!this.#closed) this.reload().catch(() => undefined);
  }

  async #load(): Promise<void> {
    const { clock, context, logger } = this.#options;
    clearTimeout(this.#retry);
    try {
      do {
        this.#outdated = false;
        const started = performance.now();
        const keeper = this.#keeper;
        const delta = await this.#read(keeper && this.#revision);
        // a keeper that failed halfway must not be reused
        this.#keeper = undefined;
        const kept =
          keeper === undefined || delta.complete
            ? await PlanKeeper.create(delta.bindings, context)
            : await keeper.update(delta);
        this.#keeper = kept;
        this.#revision = delta.revision;
        const { plan } = kept;
        this.#tell(plan, started);
        const { failures } = this.#status;
        this.plan = plan;
        this.#status = { state: "current", count: plan.bindings.length, readAt: clock(), failures: 0 };
        if (failures > 0) logger.info({ failures }, "bindings can be read again");
      } while (this.#outdated && !this.#closed);
    } catch (error) {
      this.#failed(error);
      throw error;
    } finally {
      this.#loading = undefined;
    }
  }

  async #read(since: string | undefined): Promise<BindingDelta> {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_, reject) => {
      const error = new BookendError("BINDINGS_UNAVAILABLE", `The bindings were not read within ${readTimeoutMs} ms.`);
      timer = setTimeout(() => reject(error), readTimeoutMs);
    });
    try {
      return await Promise.race([Promise.resolve().then(() => deltaOf(this.#options.store, since)), timeout]);
    } finally {
      clearTimeout(timer);
    }
  }

  #failed(error: unknown): void {
    const { clock, logger } = this.#options;
    const failures = this.#status.failures + 1;
    const retryMs = Math.min(firstRetryMs * 2 ** (failures - 1), longestRetryMs);
    const fault = faultOf(error);
    this.#outdated = true;
    this.#status = {
      ...this.#status,
      state: this.plan ? "stale" : "loading",
      failures,
      error: fault,
      retryAt: new Date(clock().getTime() + retryMs),
    };
    const message = this.plan
      ? "bindings cannot be read; those in force may be outdated"
      : "bindings cannot be read; calls fail until they can";
    logger.error({ error: fault, frames: framesOf(error), failures, retryMs }, message);
    if (this.#closed) return;
    this.#retry = setTimeout(() => this.#reloadInBackground(), retryMs);
    this.#retry.unref();
  }

  /** Publishes the state of the bindings. The last message, on closing, reports that there are no bindings. */
  #tell({ bindings }: Plan, started: number): void {
    if (!this.#closed) publishBindings(this, performance.now() - started, bindings);
  }

  async #patch({ bindings, removed }: WrittenBindings): Promise<void> {
    if (!this.plan) return;
    const started = performance.now();
    const byId = new Map(this.plan.bindings.map(({ binding }) => [binding.id, binding]));
    for (const id of removed) byId.delete(id);
    for (const binding of bindings) byId.set(binding.id, binding);
    const { plan } = await PlanKeeper.create([...byId.values()], this.#options.context);
    this.plan = plan;
    this.#tell(plan, started);
    // all bindings are read once the store can be read again
    this.#keeper = undefined;
    this.#status = { ...this.#status, count: byId.size };
  }
}

/** Returns the changes in a store; all bindings if the store cannot report changes. */
async function deltaOf(store: BindingStore, since: string | undefined): Promise<BindingDelta> {
  if (store.changes) return store.changes(since);
  return { revision: "", complete: true, bindings: await store.list(), removed: [] };
}
