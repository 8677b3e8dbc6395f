import type { Call, UserRef } from "../contracts/call.js";
import type { Challenge, Container, Directories, Token, User } from "../contracts/directories.js";
import { isPromise, type MaybePromise, mapMaybe } from "../contracts/maybe-promise.js";
import { valueAt } from "../internal/value-at.js";
import type { CallUser } from "./call-user.js";
import { attempt, emptyMemo, type FactMemo, whenKnown } from "./fact-memo.js";

/** What an action can change; `request` and `response` include everything that is found through them. */
export type FactName = "user" | "token" | "container" | "challenge" | "counter" | "request" | "response";

/**
 * Look-ups about one call: each is made when first asked for, at most once, and shared by all bindings.
 * What is known already is returned as it is, not as a promise. A failed look-up fails for each that asks.
 *
 * One is made for each call that has a candidate: its methods are `private` and not `#`, because objects of a class
 * with `#` methods take several hundred nanoseconds to make.
 */
export class Facts {
  readonly call: Call;
  readonly directories: Directories;
  readonly #clock: () => Date;
  #now: Date | undefined;
  #memo = emptyMemo();
  #counters: Map<string, MaybePromise<number>> | undefined;

  constructor(call: Call, directories: Directories, clock: () => Date) {
    this.call = call;
    this.directories = directories;
    this.#clock = clock;
  }

  /** One time for all conditions and tags of the call. */
  get now(): Date {
    this.#now ??= this.#clock();
    return this.#now;
  }

  /** The serials that the call names: its parameter, else its response's, else its notes'. Empty if none does. */
  get serials(): readonly string[] {
    const named = this.namedSerial;
    if (named === undefined) return [];
    if (!named.includes(",")) return [named.trim()];
    return named
      .split(",")
      .map((serial) => serial.trim())
      .filter((serial) => serial !== "");
  }

  /** What the call names as serial, as it stands there; several are joined by commas. */
  get namedSerial(): string | undefined {
    const { request, response, notes } = this.call;
    return text(request.parameters.serial) ?? text(valueAt(response?.body, "detail", "serial")) ?? text(notes.serial);
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

  /** The call's user if he exists, else the owner of the token with the call's serial. */
  user(): MaybePromise<CallUser | null> {
    return this.once("user", () => this.findUser());
  }

  /** Whom the call's token is assigned to, whether or not he still exists. */
  tokenOwner(): MaybePromise<CallUser | null> {
    return this.once("tokenOwner", () => mapMaybe(this.token(), (token) => this.findOwner(token)));
  }

  /** The resolvers of all realms of the call's token, each once. */
  tokenResolvers(): MaybePromise<readonly string[]> {
    return this.once("tokenResolvers", () => mapMaybe(this.token(), (token) => this.findResolvers(token)));
  }

  /** The container that the call's token is in. */
  tokenContainer(): MaybePromise<Container | null> {
    return this.once("tokenContainer", () =>
      mapMaybe(this.token(), (token) => (token && this.directories.containers?.ofToken(token.serial)) ?? null),
    );
  }

  /** The tokens of the call's user; null without a user. */
  userTokens(): MaybePromise<readonly Token[] | null> {
    return this.once("userTokens", () =>
      mapMaybe(this.user(), (user) =>
        user?.exists && this.directories.tokens ? this.directories.tokens.ofUser(user) : null,
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
        user?.exists && this.directories.containers ? this.directories.containers.countOfUser(user) : null,
      ),
    );
  }

  /** The call's container: the one it names, else that of its token. A serial that names no container counts as none. */
  container(): MaybePromise<Container | null> {
    return this.once("container", () => this.findContainer());
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
      value = attempt(() => mapMaybe(this.directories.counters?.value(name) ?? null, (found) => found ?? 0));
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
    if (touches("counter")) this.#counters = undefined;
    // a look-up that is still under way then writes into the old object, not into what is asked from now on
    if (touches("user", "token", "container", "request", "response")) this.#memo = emptyMemo();
    else if (touches("challenge")) this.#memo = { ...this.#memo, challenges: undefined };
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
    memo[name] = value;
    whenKnown(value as MaybePromise<unknown>, (result) => {
      memo[name] = result as FactMemo[K];
    });
    return value;
  }

  private findTokens(): MaybePromise<readonly Token[]> {
    const { tokens } = this.directories;
    if (!tokens) return [];
    const serials = this.serials;
    if (serials.length === 0) return mapMaybe(this.userTokens(), (found) => found ?? []);
    const present = (found: readonly (Token | null)[]) => found.filter((token) => token !== null);
    if (serials.length === 1) return mapMaybe(tokens.find(serials[0] as string), (token) => present([token]));
    return Promise.all(serials.map((serial) => tokens.find(serial))).then(present);
  }

  private findUser(): MaybePromise<CallUser | null> {
    const { users } = this.directories;
    const named = this.call.request.user;
    if (!users) return null;
    if (!named || named.login === "") return this.findOwnerOfSerial();
    return mapMaybe(users.find(named), (user) => (user ? existing(user) : this.findOwnerOfSerial()));
  }

  /** Only of a token that the call names: looking for the token of the call's user would lead back here. */
  private findOwnerOfSerial(): MaybePromise<CallUser | null> {
    return this.serials.length === 1 ? this.tokenOwner() : null;
  }

  private findOwner(token: Token | null): MaybePromise<CallUser | null> {
    const { users } = this.directories;
    const owner = token?.owner;
    if (!users || !owner) return null;
    return mapMaybe(owner.login === "" ? null : users.find(owner), (user) =>
      user ? existing(user) : { ...owner, exists: false, attributes: {} },
    );
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
      if (!user?.exists || !tokens) return null;
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
    if (named !== undefined) return containers.find(named);
    return this.tokenContainer();
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

function existing(user: User): CallUser {
  const { login, realm, resolver, attributes } = user;
  return { login, realm, resolver, attributes, exists: true };
}

function known<T>(value: MaybePromise<T | null> | undefined): T | undefined {
  return value === undefined || value === null || isPromise(value) ? undefined : value;
}

/** A text that is there and not empty. */
function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
