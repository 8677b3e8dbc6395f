import { handlerTests, startHttpPeer } from "@bookend/conformance";
import { describe, it } from "vitest";
import { webhook } from "../src/index.js";

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

const tests = handlerTests(() => webhook({ allow: ["127.0.0.1"], secrets: [secret] }), {
  peers: { http: startHttpPeer },
  actions: {
    post_webhook: [
      {
        options: ({ http }) => ({
          URL: `${http.url}/hook`,
          content_type: "application/json",
          replace: true,
          data: '{"user": "{logged_in_user}", "realm": "{user_realm}"}',
        }),
      },
      {
        options: ({ http }) => ({
          URL: `${http.url}/hook`,
          content_type: "urlencoded",
          replace: true,
          data: "user={logged_in_user}",
        }),
      },
    ],
  },
  secrets: [secret],
  readme: new URL("../README.md", import.meta.url),
  nodeArguments: ["--conditions=@bookend/source", "--import=tsx"],
});

describe("webhook passes the conformance kit", () => {
  for (const { name, run } of tests) it(name, run);
});
