import { expect, test } from "vitest";
import { publicPath } from "./index.js";

test.each([
  ["/token/getserial/123456", "/token/getserial/:otp", ["otp"], "/token/getserial/<otp>"],
  ["/token/getserial/123456/", "/token/getserial/:otp", ["otp"], "/token/getserial/<otp>/"],
  ["/a/1/b/2", "/a/:x/b/:y", ["x"], "/a/<x>/b/2"],
  ["/a/1-2", "/a/:x-:y", ["y"], "/a/<x><y>"],
  ["/a", "/a/:x?", ["x"], "/a"],
  ["/a/1", "/a/:x", [], "/a/1"],
  ["/a/1", "/a/:x", ["y"], "/a/1"],
])("shows %s of the route %s with the secrets %j as %s", (path, pattern, secrets, expected) => {
  expect(publicPath(path, pattern, secrets)).toBe(expected);
});
