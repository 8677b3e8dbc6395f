import type { Domain } from "@bookend/mfa";

/** The key of the test vectors in RFC 4226, Appendix D. Its first OTPs are 755224, 287082 and 359152. */
const rfcKey = "3132333435363738393031323334353637383930";

/** Adds tokens with fixed serials, keys and PINs, which the walk-through in the README names. */
export async function addDemoTokens({ tokens }: Pick<Domain, "tokens">): Promise<void> {
  const corp = (login: string) => ({ login, realm: "corp" });
  await tokens.init(
    { type: "hotp", serial: "OATH00000001", otpkey: rfcKey, pin: "1234", description: "OTPs of RFC 4226" },
    corp("alice"),
  );
  await tokens.init({ type: "spass", serial: "PISP00000001", pin: "bob-pin", description: "PIN alone" }, corp("bob"));
  await tokens.init(
    { type: "email", serial: "PIEM00000001", pin: "1234", dynamic_email: "1", description: "Code by mail" },
    corp("carol"),
  );
  await tokens.init(
    { type: "sms", serial: "PISM00000001", pin: "1234", dynamic_phone: "1", description: "Code by SMS" },
    corp("dave"),
  );
  await tokens.init(
    { type: "totp", serial: "TOTP00000001", genkey: "1", pin: "1234", description: "Not scanned yet" },
    corp("erin"),
  );
  await tokens.init({
    type: "hotp",
    serial: "OATH00000002",
    genkey: "1",
    description: "In the drawer, assigned to nobody",
  });
}
