/** Names of parameters, headers and fields that hold secrets, without `-` and `_`. */
const secretNames: ReadonlySet<string> = new Set([
  ...["authorization", "proxyauthorization", "piauthorization", "cookie", "setcookie", "session", "sessionid"],
  ...["pass", "password", "passwd", "passphrase", "oldpassword", "newpassword", "currentpassword", "secret"],
  ...["pin", "otppin", "motppin", "otp", "otps", "otp1", "otp2", "otpkey", "registrationcode", "enrollmentcredential"],
  ...["token", "accesstoken", "refreshtoken", "idtoken", "apikey", "xapikey", "clientsecret", "privatekey"],
  ...["credential", "credentials", "googleurl", "pushurl", "containerurl", "signature"],
  // anyone who has that of a container can register their own device for it
  "nonce",
]);

/** The ends of the names of headers that hold secrets, such as `x-auth-token`: hosts and proxies choose the rest. */
const secretHeader = /(?:token|secret|password|cookie|credentials?|authorization|apikey|signature)$/;

/** Whether a path leads to a secret by the name of one of its keys, whatever the host says. */
export function hasSecretName(path: readonly string[]): boolean {
  return path.some((key) => secretNames.has(plainName(key)));
}

/** Whether a header holds a secret by its name, whatever the host says. */
export function isSecretHeader(name: string): boolean {
  return secretHeader.test(plainName(name));
}

function plainName(key: string): string {
  return key.toLowerCase().replace(/[-_]/g, "");
}
