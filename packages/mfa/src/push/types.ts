import type { TokenRecord } from "../tokens/types.js";

/** An open challenge in the format of privacyIDEA's app. */
export interface PushRequest {
  readonly nonce: string;
  readonly question: string;
  readonly serial: string;
  readonly title: string;
  /** `1`: the app verifies the server's certificate. */
  readonly sslverify: string;
  /** The URL to which the app sends its response. */
  readonly url: string;
  /** The server's signature of nonce, url, serial, question, title and sslverify. */
  readonly signature: string;
}

/** The result of an app's response. */
export interface PushAnswer {
  /** False if the challenge does not exist, or has already been answered or expired. */
  readonly value: boolean;
  readonly transactionId?: string | undefined;
  readonly token: TokenRecord;
}

/** The requests of apps with push tokens. Signatures are RSA with SHA-256 (PKCS #1 v1.5), in base32. */
export interface PushService {
  /**
   * Performs the second step of an enrollment. `publicKey` is the app's RSA key in DER, base64-encoded. Returns the
   * server's public key: PKCS #1 in DER, base64-encoded.
   *
   * @throws {MfaError} PARAMETER_INVALID if no token waits for this credential, or the key cannot be used
   */
  enrol(step: { readonly serial: string; readonly credential: string; readonly publicKey: string }): Promise<{
    readonly publicKey: string;
    readonly token: TokenRecord;
  }>;
  /**
   * Returns the open challenges of a token. The app signs `serial|timestamp`. The timestamp must be at most a minute
   * off, and later than that of the last call.
   *
   * @throws {MfaError} PARAMETER_INVALID if the token does not exist, or its signature or timestamp is wrong
   */
  poll(call: { readonly serial: string; readonly timestamp: string; readonly signature: string }): Promise<{
    readonly requests: readonly PushRequest[];
    readonly token: TokenRecord;
  }>;
  /**
   * Stores the app's token for a push service, although this server does not use a push service. The app signs
   * `token|serial|timestamp`. The timestamp must be at most a minute off, and later than that of the last call.
   *
   * @throws {MfaError} PARAMETER_INVALID if the token does not exist, its signature or timestamp is wrong, or the app's
   * token is too long
   */
  updateToken(call: {
    readonly serial: string;
    readonly newToken: string;
    readonly timestamp: string;
    readonly signature: string;
  }): Promise<TokenRecord>;
  /**
   * Accepts or declines a challenge. The app signs `nonce|serial` or `nonce|serial|decline`.
   *
   * @throws {MfaError} PARAMETER_INVALID if the token does not exist, or the signature is wrong
   */
  answer(answer: {
    readonly serial: string;
    readonly nonce: string;
    readonly signature: string;
    readonly decline: boolean;
  }): Promise<PushAnswer>;
}
