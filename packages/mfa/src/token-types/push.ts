import { enrolmentCode } from "../tokens/key-uri.js";
import type { TokenType } from "../tokens/token-type.js";

/** Length in bytes of the secret with which an app completes an enrollment. */
const credentialBytes = 20;

/** Length in bytes of the nonce that an app signs to answer a challenge. */
const nonceBytes = 20;

/** Minutes within which the app should complete the enrollment. */
const enrolmentMinutes = "10";

/**
 * An app that polls for open challenges and signs its responses. It is enrolled in two steps: `init` returns the URL at
 * which the app completes the enrollment. Until then, the token's key is the credential for this step.
 */
export const push: TokenType = {
  type: "push",
  title: "Push token",
  description: "An app on the user's smartphone that shows challenges to accept or to decline.",
  serialPrefix: "PIPU",
  challenge: "always",
  prompt: "Please confirm the login on your smartphone.",
  outOfBand: { challenge: (random) => Buffer.from(random(nonceBytes)).toString("hex").toUpperCase() },
  parameters: [],
  enrol({ random }) {
    const credential = Buffer.from(random(credentialBytes)).toString("hex");
    return {
      key: Buffer.from(credential),
      otpLength: 0,
      // there is no push service, so the app polls
      info: { firebase_config: "poll only" },
      rolloutState: "clientwait",
      detail(serial, issuer, url) {
        const parameters = new URLSearchParams({
          url: pushEndpoint(url),
          ttl: enrolmentMinutes,
          issuer,
          enrollment_credential: credential,
          v: "1",
          serial,
          sslverify: "1",
          // there is no push service, so the app must poll
          poll_only: "True",
        });
        const uri = `otpauth://pipush/${encodeURIComponent(serial)}?${parameters}`;
        return {
          pushurl: enrolmentCode("URL for the app that confirms logins", uri),
          enrollment_credential: credential,
        };
      },
    };
  },
  // only the app answers challenges, so no OTP is valid
  fits: () => false,
  verify: () => null,
};

/** Returns the URL at which apps complete their enrollment, poll and respond. `url` is the URL of the server. */
export const pushEndpoint = (url: string): string => `${url.replace(/\/+$/, "")}/ttype/push`;
