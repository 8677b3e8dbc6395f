/** Names of parameters, headers and fields that hold secrets, without `-` and `_`. */
const secretNames: ReadonlySet<string> = new Set([
  ...["authorization", "proxyauthorization", "piauthorization", "cookie", "setcookie", "session", "sessionid"],
  ...["pass", "password", "passwd", "passphrase", "oldpassword", "newpassword", "currentpassword", "secret"],
  ...["pin", "otppin", "motppin", "otp", "otps", "otp1", "otp2", "otpkey", "registrationcode", "enrollmentcredential"],
  ...["token", "accesstoken", "refreshtoken", "idtoken", "apikey", "xapikey", "clientsecret", "privatekey"],
  ...["credential", "credentials", "googleurl", "pushurl", "containerurl", "signature"],
]);

/** Whether a path leads to a secret by the name of one of its keys, whatever the host says. */
export function hasSecretName(path: readonly string[]): boolean {
  return path.some((key) => secretNames.has(key.toLowerCase().replace(/[-_]/g, "")));
}
