import type { Call, UserRef } from "../contracts/call.js";
import {
  type Challenge,
  type Container,
  type Directories,
  type DirectoryName,
  directoryNames,
  type Token,
  type User,
} from "../contracts/directories.js";
import { BookendError } from "../contracts/errors.js";
import { isPromise, type MaybePromise, mapMaybe } from "../contracts/maybe-promise.js";
import { withTimeLimit } from "../internal/time-limit.js";
import { valueAt } from "../internal/value-at.js";
import type { CallUser } from "./call-user.js";
import { attempt, emptyMemo, type FactMemo, whenKnown } from "./fact-memo.js";
import { formerUser, withFormerContainer, withFormerToken } from "./removed-objects.js";

/**
 * What an action can change: what a directory holds, the request or the response.
 * `request` and `response` include everything that is found through them.
 */
export type FactName = DirectoryName | "request" | "response";

/** All that an action can change. */
export const factNames: readonly FactName[] = Object.freeze([...directoryNames, "request", "response"] as const);

/** Most serials that a call may name, each once. */
const maxSerials = 100;

/** Characters that one entry of a list of serials takes at most, its comma included. */
const maxSerialLength = 256;

/**
 * Look-ups about one call: each is made when first asked for, at most once, and shared by all bindings.
 * What is known already is returned as it is, not as a promise. A failed look-up fails for each that asks.
 *
 * One is made for each call that has a candidate: its methods are `private` and not `#`, because objects of a class
 * with `#` methods take several hundred nanoseconds to make.
 */
export class Facts {
  #call: Call;
  readonly #directories: Directories;
  readonly #lookupTimeoutMs: number;
  readonly #clock: () => Date;
  #now: Date | undefined;
  #memo = emptyMemo();
  #counters: Map<string, MaybePromise<number>> | undefined;

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

  /** How long a look-up, or the `actual` of a condition, may take, in milliseconds. */
  get lookupTimeoutMs(): number {
    return this.#lookupTimeoutMs;
  }

  /** Goes on with a copy of the call: an action left the call itself in a state that can be neither read nor changed. */
  goOnWith(call: Call): void {
    this.#call = call;
  }

  /** One time for all conditions and tags of the call. */
  get now(): Date {
    this.#now ??= this.#clock();
    return this.#now;
  }

  /** The serials that the call names: its parameter, else its response's, else its notes'. Empty if none does, or if more than 100 are named. */
  get serials(): readonly string[] {
    const named = this.namedSerial;
    if (named === undefined) return [];
    if (!named.includes(",")) return [named.trim()];
    // a list beyond the cap names nothing: hosts refuse it, and looking up only its beginning would mislead
    if (named.length > maxSerials * maxSerialLength) return [];
    const serials = new Set(named.split(",").map((serial) => serial.trim()));
    serials.delete("");
    return serials.size > maxSerials ? [] : [...serials];
  }

  /** What the call names as serial, as it stands there; several are joined by commas. */
  get namedSerial(): string | undefined {
    const { request, response, notes } = this.call;
    return text(request.parameters.serial) ?? text(valueAt(response?.body, "detail", "serial")) ?? text(notes.serial);
  }

  /**
   * The one serial that the call names, else that of the only token of its user; undefined if it names several, or none is known.
   * Several that the API wrote down in its notes are taken as one string, as privacyIDEA does (recorded condition case 897).
   */
  serial(): MaybePromise<string | undefined> {
    const serials = this.serials;
    if (serials.length === 1) return serials[0];
    return serials.length > 1 ? this.notedSerials() : mapMaybe(this.token(), serialOf);
  }

  /** The call's token: the one with its serial, else the only token of its user. */
  token(): MaybePromise<Token | null> {
    return this.once("token", () =>
      mapMaybe(this.tokens(), (tokens) =>
        tokens.length === 1 && this.serials.length <= 1 ? (tokens[0] ?? null) : null,
      ),
    );
  }

  /** Every token that the call names by serial, else every token of its user. */
  tokens(): MaybePromise<readonly Token[]> {
    return this.once("tokens", () => this.findTokens());
  }

  /** Those of `tokens` that exist now: what an action can change. A call may have deleted some of them. */
  existingTokens(): MaybePromise<readonly Token[]> {
    const { before } = this.call.notes;
    const { tokens } = this.directories;
    const found = this.tokens();
    if (!before?.tokens?.length || !tokens) return found;
    return mapMaybe(found, async (known) => {
      const existing: Token[] = [];
      for (const token of known) {
        if ((await tokens.find(token.serial)) !== null) existing.push(token);
      }
      return existing;
    });
  }

  /** The call's user if they exist, else whom the call removed, else the owner of the token with the call's serial. */
  user(): MaybePromise<CallUser | null> {
    return this.once("user", () => this.findUser());
  }

  /** Whom the call's token is assigned to, whether or not they still exist. */
  tokenOwner(): MaybePromise<CallUser | null> {
    return this.once("tokenOwner", () => mapMaybe(this.token(), (token) => this.findOwner(token)));
  }

  /** The resolvers of all realms of the call's token, each once. */
  tokenResolvers(): MaybePromise<readonly string[]> {
    return this.once("tokenResolvers", () => mapMaybe(this.token(), (token) => this.findResolvers(token)));
  }

  /** The container that the call's token is in. */
  tokenContainer(): MaybePromise<Container | null> {
    return this.once("tokenContainer", () => mapMaybe(this.token(), (token) => this.findContainerOf(token)));
  }

  /** The tokens of the call's user; null without a user. */
  userTokens(): MaybePromise<readonly Token[] | null> {
    return this.once("userTokens", () =>
      mapMaybe(this.user(), (user) =>
        this.isCounted(user) && this.directories.tokens ? this.directories.tokens.ofUser(user) : null,
      ),
    );
  }

  /** How many tokens the call's user has; null without a user. */
  userTokenCount(): MaybePromise<number | null> {
    return this.once("userTokenCount", () => this.countUserTokens());
  }

  /** How many containers the call's user has; null without a user. */
  userContainerCount(): MaybePromise<number | null> {
    return this.once("userContainerCount", () =>
      mapMaybe(this.user(), (user) =>
        this.isCounted(user) && this.directories.containers ? this.directories.containers.countOfUser(user) : null,
      ),
    );
  }

  /** The call's container: the one it names, else that of its token. A serial that names no container counts as none. */
  container(): MaybePromise<Container | null> {
    return this.once("container", () => this.findContainer());
  }

  /** The call's container if it exists now: what an action can change. */
  existingContainer(): MaybePromise<Container | null> {
    const former = this.call.notes.before?.container;
    return mapMaybe(this.container(), (container) =>
      former && container?.serial === former.serial
        ? (this.directories.containers?.find(container.serial) ?? null)
        : container,
    );
  }

  /** Challenges of the call's token (else container): those of its transaction, or all if it names none. */
  challenges(): MaybePromise<readonly Challenge[]> {
    return this.once("challenges", () => this.findChallenges());
  }

  /** The only challenge; null if there is none or several. */
  challenge(): MaybePromise<Challenge | null> {
    return mapMaybe(this.challenges(), (challenges) => (challenges.length === 1 ? (challenges[0] ?? null) : null));
  }

  /** Value of an event counter; 0 if there is none of that name. */
  counter(name: string): MaybePromise<number> {
    this.#counters ??= new Map();
    const counters = this.#counters;
    let value = counters.get(name);
    if (value === undefined) {
      value = this.limited(
        "counter",
        attempt(() => mapMaybe(this.directories.counters?.value(name) ?? null, (found) => found ?? 0)),
      );
      counters.set(name, value);
      whenKnown(value, (found) => counters.set(name, found));
    }
    return value;
  }

  /** The user, if he was looked up already; for audit entries, which never ask a directory. */
  get knownUser(): UserRef | undefined {
    return known(this.#memo.user);
  }

  /** The token, if it was looked up already; for audit entries, which never ask a directory. */
  get knownToken(): Token | undefined {
    return known(this.#memo.token);
  }

  /** The container, if it was looked up already; for audit entries, which never ask a directory. */
  get knownContainer(): Container | undefined {
    return known(this.#memo.container);
  }

  /**
   * Forgets what an action changed, and what was found through it; without an argument, everything.
   * User, token and container are found through each other, so they go together.
   */
  forget(changes?: readonly FactName[]): void {
    const touches = (...names: readonly FactName[]) => !changes || changes.some((change) => names.includes(change));
    if (touches("counters")) this.#counters = undefined;
    // a look-up that is still under way then writes into the old object, not into what is asked from now on
    if (touches("users", "tokens", "containers", "request", "response")) this.#memo = emptyMemo();
    else if (touches("challenges")) this.#memo = { ...this.#memo, challenges: undefined };
  }

  /** Looks up what is not known yet; a promise is replaced by its value, so that the next one to ask needs none. */
  private once<K extends keyof FactMemo>(
    name: K,
    find: () => Exclude<FactMemo[K], undefined>,
  ): Exclude<FactMemo[K], undefined> {
    const memo = this.#memo;
    const found = memo[name];
    if (found !== undefined) return found as Exclude<FactMemo[K], undefined>;
    const value = attempt(find);
    // most are known at once, and that must cost next to nothing
    if (!isPromise(value as MaybePromise<unknown>)) {
      memo[name] = value;
      return value;
    }
    const limited = this.limited(name, value);
    memo[name] = limited;
    whenKnown(limited as MaybePromise<unknown>, (result) => {
      memo[name] = result as FactMemo[K];
    });
    return limited;
  }

  /** A look-up is given up after its time limit, for all that ask: one that hangs would hang the call. */
  private limited<T>(name: string, value: T): T {
    if (!isPromise(value as MaybePromise<unknown>)) return value;
    const { lookupTimeoutMs } = this;
    return withTimeLimit(value as PromiseLike<unknown>, lookupTimeoutMs, () => {
      return new BookendError("LOOKUP_TIMEOUT", `facts.${name} did not end within ${lookupTimeoutMs} ms.`);
    }) as T;
  }

  private notedSerials(): string | undefined {
    const { request, response, notes } = this.call;
    const named = text(request.parameters.serial) ?? text(valueAt(response?.body, "detail", "serial"));
    return named === undefined ? notes.serial : undefined;
  }

  private findTokens(): MaybePromise<readonly Token[]> {
    const { tokens } = this.directories;
    if (!tokens) return [];
    const { before } = this.call.notes;
    const find = (serial: string) => mapMaybe(tokens.find(serial), (token) => withFormerToken(token, before, serial));
    const serials = this.serials;
    if (serials.length === 0) {
      if (before?.tokens?.length) {
        return findOneByOne(
          find,
          before.tokens.map(({ serial }) => serial),
        );
      }
      // a list that names nothing is not a call that names no serial
      return this.namedSerial === undefined ? mapMaybe(this.userTokens(), (found) => found ?? []) : [];
    }
    if (serials.length === 1) return mapMaybe(find(serials[0] as string), (token) => (token ? [token] : []));
    return findOneByOne(find, serials);
  }

  private findUser(): MaybePromise<CallUser | null> {
    const { users } = this.directories;
    const named = this.call.request.user;
    if (!users) return null;
    if (!named || named.login === "") return this.findUnnamedUser();
    return mapMaybe(users.find(named), (user) => (user ? callUser(user, true) : this.findUnnamedUser()));
  }

  private findUnnamedUser(): MaybePromise<CallUser | null> {
    const removed = this.call.notes.before?.user;
    if (!removed) return this.findOwnerOfSerial();
    return mapMaybe(this.directories.users?.find(removed) ?? null, (user) =>
      user ? callUser(user, true) : callUser(removed, false),
    );
  }

  /** Only of a token that the call names: looking for the token of the call's user would lead back here. */
  private findOwnerOfSerial(): MaybePromise<CallUser | null> {
    return this.serials.length === 1 ? this.tokenOwner() : null;
  }

  private findOwner(token: Token | null): MaybePromise<CallUser | null> {
    const { users } = this.directories;
    const owner = token?.owner;
    if (!users || !owner) return null;
    return mapMaybe(owner.login === "" ? null : users.find(owner), (user) => {
      if (user) return callUser(user, true);
      const removed = formerUser(this.call.notes.before, owner);
      return removed ? callUser(removed, false) : { ...owner, exists: false, attributes: {} };
    });
  }

  private findResolvers(token: Token | null): MaybePromise<readonly string[]> {
    const { users } = this.directories;
    if (!users || !token) return [];
    const found = token.realms.map((realm) => users.resolversOf(realm));
    const unique = (lists: readonly (readonly string[])[]) => [...new Set(lists.flat())];
    return found.some(isPromise) ? Promise.all(found).then(unique) : unique(found as (readonly string[])[]);
  }

  private countUserTokens(): MaybePromise<number | null> {
    const { tokens } = this.directories;
    return mapMaybe(this.user(), (user) => {
      if (!this.isCounted(user) || !tokens) return null;
      if (tokens.countOfUser) return tokens.countOfUser(user);
      return mapMaybe(this.userTokens(), (found) => found?.length ?? null);
    });
  }

  private findContainer(): MaybePromise<Container | null> {
    const { containers } = this.directories;
    if (!containers) return null;
    const { request, response } = this.call;
    const named =
      text(request.parameters.container_serial) ?? text(valueAt(response?.body, "result", "value", "container_serial"));
    if (named === undefined) return this.tokenContainer();
    return mapMaybe(containers.find(named), (found) => withFormerContainer(found, this.call.notes.before, named));
  }

  private findContainerOf(token: Token | null): MaybePromise<Container | null> {
    const { containers } = this.directories;
    if (!containers || !token) return null;
    const { before } = this.call.notes;
    return mapMaybe(containers.ofToken(token.serial), (found) => {
      if (found) return withFormerContainer(found, before, found.serial);
      const former = before?.container?.tokens.includes(token.serial) ? before.container : undefined;
      if (!former) return null;
      return mapMaybe(containers.find(former.serial), (left) => withFormerContainer(left, before, former.serial));
    });
  }

  /** Whether what the user has can be counted: one whom the call removed has what is left. */
  private isCounted(user: CallUser | null): user is CallUser {
    return user !== null && (user.exists || formerUser(this.call.notes.before, user) !== null);
  }

  private findChallenges(): MaybePromise<readonly Challenge[]> {
    const { challenges } = this.directories;
    if (!challenges) return [];
    const { request, response } = this.call;
    const transaction =
      text(request.parameters.transaction_id) ?? text(valueAt(response?.body, "detail", "transaction_id"));
    return mapMaybe(this.token(), (token) => {
      if (token) return challenges.of(token.serial, transaction);
      return mapMaybe(this.container(), (container) => (container ? challenges.of(container.serial, transaction) : []));
    });
  }
}

/** One after another: a list of a caller must not become as many queries at once. */
async function findOneByOne(
  find: (serial: string) => MaybePromise<Token | null>,
  serials: readonly string[],
): Promise<readonly Token[]> {
  const found: Token[] = [];
  for (const serial of serials) {
    const token = await find(serial);
    if (token) found.push(token);
  }
  return found;
}

function callUser({ login, realm, resolver, uid, attributes }: User, exists: boolean): CallUser {
  return { login, realm, resolver, ...(uid !== undefined && { uid }), attributes, exists };
}

function serialOf(token: Token | null): string | undefined {
  return token?.serial;
}

function known<T>(value: MaybePromise<T | null> | undefined): T | undefined {
  return value === undefined || value === null || isPromise(value) ? undefined : value;
}

/** A string that is there and not empty. A number or boolean of a JSON body is the string that a route reads it as. */
// all actions and conditions are given facts: none may put something else in the place of a look-up
Object.freeze(Facts.prototype);

function text(value: unknown): string | undefined {
  if (typeof value === "string") return value === "" ? undefined : value;
  if (typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value))) return String(value);
  return undefined;
}
