import type { MaybePromise } from "@bookend/core";
import type { TlsOptions } from "@bookend/http-client";

/** A server that calls can be forwarded to. */
export interface FederationServer {
  /** http or https; a path is put before that of the call. */
  readonly url: string;
  /** Certificates, or `rejectUnauthorized: false` for a server whose certificate cannot be verified. */
  readonly tls?: TlsOptions | undefined;
  /** Milliseconds for the whole exchange. Default 10,000. */
  readonly timeoutMs?: number | undefined;
}

/** The servers that the operator configured, by name. */
export interface FederationServers {
  names(): MaybePromise<readonly string[]>;
  find(name: string): MaybePromise<FederationServer | undefined>;
}
