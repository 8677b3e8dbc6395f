/** Returns whether an error code of Node.js or OpenSSL indicates a failed handshake or a refused certificate. */
export function isTlsFailure(code: string): boolean {
  return /^(ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|(DEPTH_ZERO_)?SELF_SIGNED_)/.test(code);
}
