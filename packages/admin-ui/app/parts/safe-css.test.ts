import { expect, it } from "vitest";
import { safeCss } from "./safe-css.ts";

const loads = /@import|(?:url|image|image-set|src)\s*\(|[\\<]/i;

it.each([
  "p{background:url(/x)}",
  "p{background:URL( /x )}",
  "p{background:u\\rl(/x)}",
  "p{background:u<rl(/x)}",
  "p{background:\\u\\r\\l(/x)}",
  "p{background:uurl(rl(/x)}",
  "p{background:url url((/x)}",
  'p{background:image-set("/x" 1x)}',
  'p{background:-webkit-im\\age-set("/x" 1x)}',
  'p{background:image("/x")}',
  "@font-face{font-family:a;src:url(/x)}",
  '@import "/x";',
  '@im\\port "/x";',
  '@im@import;port "/x";',
  '@imp<ort "/x";',
  "</style><img src=/x>",
])("loads nothing: %s", (css) => {
  expect(safeCss(css)).not.toMatch(loads);
});

it("keeps styles that load nothing", () => {
  const css = "p > a{color:#123;width:calc(100% - 2px);transform:translate(1px)}@media(min-width:9px){b{margin:0}}";
  expect(safeCss(css)).toBe(css);
});
