import type { Call } from "../contracts/call.js";
import type { Container, Directories, Token, User } from "../contracts/directories.js";
import type { MaybePromise } from "../contracts/maybe-promise.js";
import type { CallUser } from "./call-user.js";

/** The part of `Facts` that lookups require of each other. */
export interface LookupSource {
  readonly call: Call;
  readonly directories: Directories;
  readonly serials: readonly string[];
  readonly namedSerial: string | undefined;
  /** The user that the host read while it handled the call; undefined once an action may have changed the user. */
  readonly foundUser: User | undefined;
  token(): MaybePromise<Token | null>;
  tokens(): MaybePromise<readonly Token[]>;
  user(): MaybePromise<CallUser | null>;
  tokenOwner(): MaybePromise<CallUser | null>;
  tokenContainer(): MaybePromise<Container | null>;
  container(): MaybePromise<Container | null>;
  userTokens(): MaybePromise<readonly Token[] | null>;
}
