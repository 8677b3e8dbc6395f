import type { Call, UserRef } from "../contracts/call.js";
import type { Challenge, Container, Directories, HostDirectories, Token, User } from "../contracts/directories.js";
import { BookendError } from "../contracts/errors.js";
import { isPromise, type MaybePromise, mapMaybe } from "../contracts/maybe-promise.js";
import { withTimeLimit } from "../internal/time-limit.js";
import type { CallUser } from "./call-user.js";
import { existingContainer, existingTokens } from "./existing-objects.js";
import { attempt, emptyMemo, type FactMemo, whenKnown } from "./fact-memo.js";
import type { FactName } from "./fact-name.js";
import { findChallenges, findContainer, findTokenContainer } from "./find-containers.js";
import { findToken, findTokens, notedSerials } from "./find-tokens.js";
import {
  countUserContainers,
  countUserTokens,
  findOwner,
  findResolvers,
  findUser,
  findUserTokens,
} from "./find-users.js";
import type { LookupSource } from "./lookup-source.js";
import { namedSerial } from "./named-serial.js";
import { OwnLookups } from "./own-lookups.js";
import { serialsIn } from "./serials-in.js";

let goOn: (facts: Facts, call: Call) => void;
let lookUpOwn: (facts: Facts, name: string) => MaybePromise<unknown>;

/** A lookup for each directory that the host declared, which returns its object or null. */
export type HostFacts = { readonly [K in keyof HostDirectories]: () => MaybePromise<HostDirectories[K] | null> };

export interface Facts extends HostFacts {}

/**
 * Lookups for one call. Each runs when it is first needed, at most once, and all bindings share its result. A known
 * fact is returned directly, not as a promise. A failed lookup fails for each caller.
 *
 * One instance is created for each position of a call with bindings. Its methods are `private` instead of `#`, because
 * objects of a class with `#` methods take several hundred nanoseconds to create. It does not extend a class, which
 * would take as long as a condition.
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: a host with directories of its own is given facts with these lookups, see host-facts.ts
export class Facts implements LookupSource {
  static {
    goOn = (facts, call) => {
      facts.#call = call;
    };
    lookUpOwn = (facts, name) => {
      facts.#own ??= new OwnLookups();
      return facts.#own.find(name, facts.#call, facts.#directories, facts.#lookupTimeoutMs);
    };
  }

  #call: Call;
  readonly #directories: Directories;
  readonly #lookupTimeoutMs: number;
  readonly #clock: () => Date;
  #now: Date | undefined;
  /** Created by the first lookup: most conditions read only the call. */
  #memo: FactMemo | undefined;
  #counters: Map<string, MaybePromise<number>> | undefined;
  #own: OwnLookups | undefined;
  /** Whether an action may have changed the objects that the host read while it handled the call. */
  #hasChanged = false;

  /** @param lookupTimeoutMs Default 10,000. */
  constructor(call: Call, directories: Directories, clock: () => Date, lookupTimeoutMs = 10_000) {
    this.#call = call;
    this.#directories = directories;
    this.#lookupTimeoutMs = lookupTimeoutMs;
    this.#clock = clock;
  }

  get call(): Call {
    return this.#call;
  }

  get directories(): Directories {
    return this.#directories;
  }

  /** Maximum milliseconds for a lookup, or for the `actual` of a condition. */
  get lookupTimeoutMs(): number {
    return this.#lookupTimeoutMs;
  }

  /** The time that all conditions and tags of the call use. */
  get now(): Date {
    this.#now ??= this.#clock();
    return this.#now;
  }

  /**
   * The serials that the call names in its parameters, otherwise in its response, otherwise in its notes. Empty if it
   * names none, or more than 100.
   */
  get serials(): readonly string[] {
    return serialsIn(this.namedSerial);
  }

  /** The serial that the call names, unchanged; several are separated by commas. */
  get namedSerial(): string | undefined {
    return namedSerial(this.call);
  }

  /** The user that the host read while it handled the call; undefined once an action may have changed the user. */
  get foundUser(): User | undefined {
    return this.#hasChanged ? undefined : this.#call.notes.found?.user;
  }

  /**
   * Returns the one serial that the call names, otherwise that of the only token of its user; undefined if it names
   * several, or if none is known. Several serials in the API's notes count as one string, as in privacyIDEA (case 897
   * in `test/vectors/fixtures/conditions.json`).
   */
  serial(): MaybePromise<string | undefined> {
    const serials = this.serials;
    if (serials.length === 1) return serials[0];
    return serials.length > 1 ? notedSerials(this) : mapMaybe(this.token(), serialOf);
  }

  /** Returns the call's token: the one with its serial, otherwise the only token of its user. */
  token(): MaybePromise<Token | null> {
    const memo = this.memory();
    if (memo.token === undefined) memo.token = this.lookUp(memo, "token", () => findToken(this));
    return memo.token;
  }

  /**
   * Returns every token that the call names by serial; otherwise the tokens that it removed or unassigned
   * (`notes.before`); otherwise every token of its user.
   */
  tokens(): MaybePromise<readonly Token[]> {
    const memo = this.memory();
    if (memo.tokens === undefined) memo.tokens = this.lookUp(memo, "tokens", () => findTokens(this));
    return memo.tokens;
  }

  /**
   * Returns the tokens among `tokens` that exist now, which an action can change. A call may have deleted some of them.
   */
  existingTokens(): MaybePromise<readonly Token[]> {
    return existingTokens(this);
  }

  /**
   * Returns the call's user if they exist; otherwise the user whom the call removed; otherwise the owner of the token
   * with the call's serial.
   */
  user(): MaybePromise<CallUser | null> {
    const memo = this.memory();
    if (memo.user === undefined) memo.user = this.lookUp(memo, "user", () => findUser(this));
    return memo.user;
  }

  /** Returns the user to whom the call's token is assigned, whether or not they still exist. */
  tokenOwner(): MaybePromise<CallUser | null> {
    const memo = this.memory();
    if (memo.tokenOwner === undefined) memo.tokenOwner = this.lookUp(memo, "tokenOwner", () => findOwner(this));
    return memo.tokenOwner;
  }

  /** Returns the resolvers of all realms of the call's token, without duplicates. */
  tokenResolvers(): MaybePromise<readonly string[]> {
    const memo = this.memory();
    if (memo.tokenResolvers === undefined)
      memo.tokenResolvers = this.lookUp(memo, "tokenResolvers", () => findResolvers(this));
    return memo.tokenResolvers;
  }

  /** Returns the container that the call's token is in. */
  tokenContainer(): MaybePromise<Container | null> {
    const memo = this.memory();
    if (memo.tokenContainer === undefined)
      memo.tokenContainer = this.lookUp(memo, "tokenContainer", () => findTokenContainer(this));
    return memo.tokenContainer;
  }

  /** Returns the tokens of the call's user; null without a user. */
  userTokens(): MaybePromise<readonly Token[] | null> {
    const memo = this.memory();
    if (memo.userTokens === undefined) memo.userTokens = this.lookUp(memo, "userTokens", () => findUserTokens(this));
    return memo.userTokens;
  }

  /** Returns the number of tokens of the call's user; null without a user. */
  userTokenCount(): MaybePromise<number | null> {
    const memo = this.memory();
    if (memo.userTokenCount === undefined)
      memo.userTokenCount = this.lookUp(memo, "userTokenCount", () => countUserTokens(this));
    return memo.userTokenCount;
  }

  /** Returns the number of containers of the call's user; null without a user. */
  userContainerCount(): MaybePromise<number | null> {
    const memo = this.memory();
    if (memo.userContainerCount === undefined)
      memo.userContainerCount = this.lookUp(memo, "userContainerCount", () => countUserContainers(this));
    return memo.userContainerCount;
  }

  /**
   * Returns the call's container: the one that it names, otherwise that of its token. A serial that belongs to no
   * container counts as none.
   */
  container(): MaybePromise<Container | null> {
    const memo = this.memory();
    if (memo.container === undefined) memo.container = this.lookUp(memo, "container", () => findContainer(this));
    return memo.container;
  }

  /** Returns the call's container if it exists now, so that an action can change it. */
  existingContainer(): MaybePromise<Container | null> {
    return existingContainer(this);
  }

  /**
   * Returns the challenges of the call's token, or else of its container: those of its transaction, or all if it names
   * none.
   */
  challenges(): MaybePromise<readonly Challenge[]> {
    const memo = this.memory();
    if (memo.challenges === undefined) memo.challenges = this.lookUp(memo, "challenges", () => findChallenges(this));
    return memo.challenges;
  }

  /** Returns the only challenge; null if there is none or several. */
  challenge(): MaybePromise<Challenge | null> {
    return mapMaybe(this.challenges(), (challenges) => (challenges.length === 1 ? (challenges[0] ?? null) : null));
  }

  /** Returns the value of an event counter; 0 if it does not exist. */
  counter(name: string): MaybePromise<number> {
    this.#counters ??= new Map();
    const counters = this.#counters;
    let value = counters.get(name);
    if (value === undefined) {
      value = this.limited(
        "counter",
        attempt(() => mapMaybe(this.directories.counters?.value(name, this.#call) ?? null, (found) => found ?? 0)),
      );
      counters.set(name, value);
      whenKnown(value, (found) => counters.set(name, found));
    }
    return value;
  }

  /** The user, if already looked up; for audit entries, which never query a directory. */
  get knownUser(): UserRef | undefined {
    return known(this.#memo?.user);
  }

  /** The token, if already looked up; for audit entries, which never query a directory. */
  get knownToken(): Token | undefined {
    return known(this.#memo?.token);
  }

  /** The container, if already looked up; for audit entries, which never query a directory. */
  get knownContainer(): Container | undefined {
    return known(this.#memo?.container);
  }

  /**
   * Discards the facts that an action changed, and those found through them; without an argument, all facts. User,
   * token and container are found through each other, so they are discarded together.
   */
  forget(changes?: readonly FactName[]): void {
    if (changes?.length === 0) return;
    const touches = (...names: readonly FactName[]) => !changes || changes.some((change) => names.includes(change));
    if (touches("counters")) this.#counters = undefined;
    this.#own?.forget(changes);
    // a lookup that is still running then writes into the old object, not into the new one
    if (touches("users", "tokens", "containers", "request", "response")) {
      this.#memo = undefined;
      this.#hasChanged = true;
    } else if (touches("challenges") && this.#memo) this.#memo = { ...this.#memo, challenges: undefined };
  }

  private memory(): FactMemo {
    this.#memo ??= emptyMemo();
    return this.#memo;
  }

  /**
   * Looks up a value that is not known yet; a promise is later replaced by its value, so that the next caller does not
   * have to wait. Each lookup accesses its field of the memo directly: one function for all would access fields by
   * name, which is slower.
   */
  private lookUp<K extends keyof FactMemo>(
    memo: FactMemo,
    name: K,
    find: () => Exclude<FactMemo[K], undefined>,
  ): Exclude<FactMemo[K], undefined> {
    let value: Exclude<FactMemo[K], undefined>;
    // not in a separate function: most values are available immediately, and that case must cost next to nothing
    try {
      value = find();
    } catch (error) {
      value = Promise.reject(error) as typeof value;
    }
    return isPromise(value as MaybePromise<unknown>) ? this.awaited(memo, name, value) : value;
  }

  private awaited<K extends keyof FactMemo>(
    memo: FactMemo,
    name: K,
    value: Exclude<FactMemo[K], undefined>,
  ): Exclude<FactMemo[K], undefined> {
    const limited = this.limited(name, value);
    whenKnown(limited as MaybePromise<unknown>, (result) => {
      memo[name] = result as FactMemo[K];
    });
    return limited;
  }

  /** Abandons a lookup after its time limit, for all callers, since a lookup that hangs would block the call. */
  private limited<T>(name: string, value: T): T {
    if (!isPromise(value as MaybePromise<unknown>)) return value;
    const { lookupTimeoutMs } = this;
    return withTimeLimit(value as PromiseLike<unknown>, lookupTimeoutMs, () => {
      return new BookendError("LOOKUP_TIMEOUT", `facts.${name} did not end within ${lookupTimeoutMs} ms.`);
    }) as T;
  }
}

// all actions and conditions receive facts: none of them must be able to replace a lookup
Object.freeze(Facts.prototype);

/**
 * Continues with a copy of the call, because an action left the call itself in a state that cannot be read or changed.
 */
export function goOnWith(facts: Facts, call: Call): void {
  goOn(facts, call);
}

/** Returns the object that the host's own directory of this name finds for the call, or null. */
export function findOwn(facts: Facts, name: string): MaybePromise<unknown> {
  return lookUpOwn(facts, name);
}

function known<T>(value: MaybePromise<T | null> | undefined): T | undefined {
  return value === undefined || value === null || isPromise(value) ? undefined : value;
}

function serialOf(token: Token | null): string | undefined {
  return token?.serial;
}
