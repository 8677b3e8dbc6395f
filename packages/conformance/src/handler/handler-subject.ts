import type { CallInput, Directories, Handler, Position } from "@bookend/core";
import type { Peer } from "../fakes/peer.js";

/** Peers by their names in a test. */
export type Peers = { readonly [name: string]: Peer };

/** A value, or a function that creates it from the peers of the running test. */
export type FromPeers<P, T> = T | ((peers: P) => T);

/** A valid use of an action. */
export interface ActionSample<P = Peers> {
  /**
   * The options of a binding, as an administrator stores them. Values of secret options have at least eight characters.
   */
  readonly options: FromPeers<P, Readonly<Record<string, unknown>>>;
  /** The binding's conditions; the call must fulfill them. @default none */
  readonly conditions?: Readonly<Record<string, unknown>> | undefined;
  /** The outcome of the action. @default "done" */
  readonly outcome?: "done" | "skipped" | "failed" | undefined;
  /** Parts of the call. @default those of the subject */
  readonly call?: Partial<CallInput> | undefined;
  /** @default all positions of the action */
  readonly positions?: readonly Position[] | undefined;
}

/** The facts about a handler that the suite needs. */
export interface HandlerSubject<P extends Peers> {
  /**
   * Starts the servers that the handler talks to, for each test; `startHttpPeer` and `startSmtpSink` are such
   * functions.
   */
  readonly peers?: { readonly [K in keyof P]: () => Promise<P[K]> | P[K] } | undefined;
  /** One sample or several for each action, by its name. */
  readonly actions: Readonly<Record<string, ActionSample<P> | readonly ActionSample<P>[]>>;
  /**
   * Parts of the call for each sample that does not define them. @default a call about the user `alice` and the token
   * `KIT0001`
   */
  readonly call?: Partial<CallInput> | undefined;
  /** Secrets that the factory received, of at least eight characters: they must not appear anywhere. */
  readonly secrets?: readonly string[] | undefined;
  /** Options that are not secrets, although their names suggest it. */
  readonly notSecret?: readonly string[] | undefined;
  /**
   * The README, as a file URL: it must list all actions and options, and its example must run. Its package must be
   * built.
   */
  readonly readme?: URL | undefined;
  /** Arguments for Node.js when it runs the README's example. @default none */
  readonly nodeArguments?: readonly string[] | undefined;
}

/** A handler with the directories of the host that it changes. */
export interface TestHost {
  readonly handler: Handler;
  readonly directories: Directories;
}

/**
 * Creates a new handler for each run of an action. It receives the peers of the test.
 * With a handler alone, the directories are those of `testDirectories`.
 */
export type MakeHandler<P> = (peers: P) => Handler | TestHost | Promise<Handler | TestHost>;
