import { enrolmentCode } from "../tokens/key-uri.js";
import type { TokenType } from "../tokens/token-type.js";

/** Bytes of the secret that lets an app finish an enrolment. */
const credentialBytes = 20;

/** Bytes of what an app signs to answer a challenge. */
const nonceBytes = 20;

/** Minutes in which the app is asked to finish the enrolment. */
const enrolmentMinutes = "10";

/**
 * An app that asks for open challenges and signs its answers. It is enrolled in two steps: `init` shows where the app finishes the
 * enrolment, and until it did, the token's key is the credential that it needs for that.
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
      // there is no push service: the app polls
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
          // there is no push service: the app must poll
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
  // only the app answers
  fits: () => false,
  verify: () => null,
};

/** Where apps finish their enrolment, ask and answer; `url` is the server's. */
export const pushEndpoint = (url: string): string => `${url.replace(/\/+$/, "")}/ttype/push`;
