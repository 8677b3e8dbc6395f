import type { TokenRecord } from "../tokens/types.js";

/** An open challenge as privacyIDEA's app reads it. */
export interface PushRequest {
  readonly nonce: string;
  readonly question: string;
  readonly serial: string;
  readonly title: string;
  /** `1`: the app checks the server's certificate. */
  readonly sslverify: string;
  /** Where the answer goes. */
  readonly url: string;
  /** The server's, over nonce, url, serial, question, title and sslverify. */
  readonly signature: string;
}

/** The result of an app's answer. */
export interface PushAnswer {
  /** False if there was nothing to answer: no such challenge, or one that is already answered or has expired. */
  readonly value: boolean;
  readonly transactionId?: string | undefined;
  readonly token: TokenRecord;
}

/** The requests of apps of push tokens. Signatures are RSA with SHA-256 (PKCS #1 v1.5), in base32. */
export interface PushService {
  /**
   * The second step of an enrolment. `publicKey` is the app's RSA key, base64 of its DER form; the server's comes back, as PKCS #1.
   *
   * @throws {MfaError} PARAMETER_INVALID no token waits for this credential, or a key that cannot be used
   */
  enrol(step: { readonly serial: string; readonly credential: string; readonly publicKey: string }): Promise<{
    readonly publicKey: string;
    readonly token: TokenRecord;
  }>;
  /**
   * Open challenges of a token. `serial|timestamp` is signed; the timestamp is at most a minute off, and later than that of the last call.
   *
   * @throws {MfaError} PARAMETER_INVALID no such token, wrong signature or timestamp
   */
  poll(call: { readonly serial: string; readonly timestamp: string; readonly signature: string }): Promise<{
    readonly requests: readonly PushRequest[];
    readonly token: TokenRecord;
  }>;
  /**
   * Stores the app's token of a push service, which nothing is sent to. `token|serial|timestamp` is signed; the timestamp is at most a
   * minute off, and later than that of the last call.
   *
   * @throws {MfaError} PARAMETER_INVALID no such token, wrong signature or timestamp, a token that is too long
   */
  updateToken(call: {
    readonly serial: string;
    readonly newToken: string;
    readonly timestamp: string;
    readonly signature: string;
  }): Promise<TokenRecord>;
  /**
   * Accepts or declines. `nonce|serial` or `nonce|serial|decline` is signed.
   *
   * @throws {MfaError} PARAMETER_INVALID no such token, wrong signature
   */
  answer(answer: {
    readonly serial: string;
    readonly nonce: string;
    readonly signature: string;
    readonly decline: boolean;
  }): Promise<PushAnswer>;
}
