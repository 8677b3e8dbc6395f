import type { Call, CallResponse, MaybePromise } from "@bookend/core";
import type { ParameterSources } from "./collect-parameters.js";
import type { OnHangUp } from "./until-abandoned.js";

/** One request, as its framework knows it. */
export interface IncomingCall<Request> {
  /** The framework's request, for the callbacks of the host. */
  readonly request: Request;
  /** The event that the call raises; without an event, the name of the call in `onCall` and in the audit log. */
  readonly name: string;
  /** Whether the call raises an event. */
  readonly raises: boolean;
  readonly method: string;
  /** Path without the query. */
  readonly path: string;
  /** The path as logs and messages may show it, see `publicPath`. @default the path */
  readonly publicPath?: string | undefined;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Address of the socket's other end. */
  readonly remoteAddress: string | undefined;
  /** Returns the sources of the request's parameters. A function, since a framework may throw while it reads them. */
  readonly sources: () => MaybePromise<ParameterSources>;
  /** Writes the changed parameters back to the request, so that its route sees and validates them. */
  readonly write?: ((changed: ParameterSources) => void) | undefined;
  /** Names of parameters that may occur more than once; `true` for any. @default none */
  readonly lists?: readonly string[] | true | undefined;
  /**
   * Receives the call once its parameters, actor and user are known and it is authorized, and again if a copy replaces
   * the call because an action left it in a state that cannot be read or changed.
   */
  readonly onReady?: ((call: Call) => void) | undefined;
  /**
   * Runs the handler. Returns its response without sending it. If the handler throws, discards the output of the
   * handler and throws the same error.
   *
   * @param recheck Collects the parameters again and authorizes the changed call. Await it before the handler runs if
   * the framework validates the request, and so may change it, after `answer` was called.
   */
  readonly answer: (call: Call, recheck: () => Promise<void>) => MaybePromise<CallResponse>;
  /** Registers a listener for the client hanging up, see `hangUpTimeoutMs`. */
  readonly onHangUp?: OnHangUp | undefined;
  /**
   * Discards the output of the handler, if it ran, because the call was refused or aborted, and no part of it may be
   * sent.
   */
  readonly discard: () => void;
  readonly logError: (error: unknown, message: string) => void;
}
