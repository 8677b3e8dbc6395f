import type { UserRef } from "@bookend/core";
import { describeRecordedCases } from "@bookend/test-kit";
import { requestMangler } from "../src/index.js";

interface After {
  readonly all_data: Readonly<Record<string, unknown>>;
  readonly request_user: UserRef | null;
}

describeRecordedCases<After>({
  handler: "RequestMangler",
  fixtures: new URL("fixtures/", import.meta.url),
  count: 32,
  position: "pre",
  // privacyIDEA stores an option that is not set as null
  options: ({ options }) => Object.fromEntries(Object.entries(options).filter(([, value]) => value !== null)),
  prepare: ({ directories }) => ({
    handler: requestMangler(),
    async observe({ call: { request } }) {
      const user = request.user && (await directories.users.find(request.user));
      const request_user = user ? { login: user.login, realm: user.realm, resolver: user.resolver } : null;
      return { all_data: request.parameters, request_user };
    },
  }),
  recordedAfter: ({ after }) => after,
});
