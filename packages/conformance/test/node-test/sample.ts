// the suite in the test runner of Node.js, which `node-test.test.ts` starts
import { test } from "node:test";
import { handlerTests, startHttpPeer } from "../../src/index.js";
import { sampleHandler } from "../sample-handler.js";

const tests = handlerTests(({ http }) => sampleHandler({ url: http.url, token: "kit-canary-token" }), {
  peers: { http: startHttpPeer },
  actions: { post_note: { options: { channel: "ops", text: "{user}" } } },
});
for (const { name, run } of tests) test(name, run);
