/** Names of parameters, headers and fields that contain secrets, in lower case, without `-` and `_`. */
const secretNames: ReadonlySet<string> = new Set([
  ...["authorization", "proxyauthorization", "piauthorization", "cookie", "setcookie", "session", "sessionid"],
  ...["pass", "password", "passwd", "passphrase", "oldpassword", "newpassword", "currentpassword", "secret"],
  ...["pin", "otppin", "motppin", "otp", "otps", "otp1", "otp2", "otpkey", "registrationcode", "enrollmentcredential"],
  ...["token", "accesstoken", "refreshtoken", "idtoken", "apikey", "xapikey", "clientsecret", "privatekey"],
  ...["credential", "credentials", "googleurl", "pushurl", "containerurl", "signature"],
  // the nonce in the registration URL of a container: anyone who has it can register a device
  "nonce",
]);

/**
 * The endings of header names that contain secrets, such as `x-auth-token`; hosts and proxies choose the rest of the
 * name.
 */
const secretHeader = /(?:token|secret|password|cookie|credentials?|authorization|apikey|signature)$/;

/**
 * Returns whether a path leads to a secret according to the name of one of its keys, apart from what the host declares.
 */
export function hasSecretName(path: readonly string[]): boolean {
  return path.some((key) => secretNames.has(plainName(key)));
}

/**
 * Returns whether a header contains a secret according to the ending of its name, apart from what the host declares.
 */
export function isSecretHeader(name: string): boolean {
  return secretHeader.test(plainName(name));
}

function plainName(key: string): string {
  return key.toLowerCase().replace(/[-_]/g, "");
}
