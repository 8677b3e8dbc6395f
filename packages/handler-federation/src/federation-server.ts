import type { MaybePromise } from "@bookend/core";
import type { TlsOptions } from "@bookend/http-client";

/** A server that calls can be forwarded to. */
export interface FederationServer {
  /** An http or https URL. Its path is a prefix for the path of the call. */
  readonly url: string;
  /** Trusted certificates, or `rejectUnauthorized: false` for a server whose certificate cannot be verified. */
  readonly tls?: TlsOptions | undefined;
  /** Milliseconds that a request may take in total. @default 10,000 */
  readonly timeoutMs?: number | undefined;
}

/** Looks up the servers that the operator configured, by name. */
export interface FederationServers {
  names(): MaybePromise<readonly string[]>;
  find(name: string): MaybePromise<FederationServer | undefined>;
}
