import { expect, it } from "vitest";
import { browserOf } from "./browser-of.js";

it.each([
  ["Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox"],
  ["Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36", "Chrome"],
  ["curl/8.5.0", "curl"],
  ["privacyidea-cp", "privacyidea-cp"],
  ["  ", ""],
])("%s is %s", (userAgent, name) => {
  expect(browserOf(userAgent)).toBe(name);
});
