import fc from "fast-check";
import { type DefaultTreeAdapterTypes, parseFragment } from "parse5";
import { describe, expect, test } from "vitest";
import { BookendError } from "../contracts/errors.js";
import { escapeArgument, escapeFileName, escapeHeader, escapeHtml, escapeJson, escapeUrl } from "./escape.js";

const anyText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({
    unit: fc.constantFrom("<", ">", "&", '"', "'", "`", "=", " ", "\t", "\n", "\r", "\f", "/", "a", "#", ";", "\0"),
  }),
);
/** Returns whether a string has no characters that HTML cannot represent in any form. */
const storable = (text: string) => !/[\0\r]|\p{Surrogate}/u.test(text);

const addressTags = [
  "url",
  "googleurl_value",
  "googleurl_img",
  "pushurl_value",
  "pushurl_img",
  "container_url_value",
  "container_url_img",
];

function code(action: () => unknown): string | undefined {
  try {
    action();
  } catch (error) {
    return error instanceof BookendError ? error.code : String(error);
  }
  return undefined;
}

describe("escapeHtml", () => {
  test("in text and in a quoted attribute, a browser reads the original value", () => {
    fc.assert(
      fc.property(anyText.filter(storable), (value) => {
        const escaped = escapeHtml(value, "surname");
        const [div] = parseFragment(`<div title="${escaped}">x${escaped}</div>`).childNodes;
        const { attrs, childNodes } = div as DefaultTreeAdapterTypes.Element;
        expect(attrs).toEqual([{ name: "title", value }]);
        expect(childNodes).toEqual([expect.objectContaining({ nodeName: "#text", value: `x${value}` })]);
      }),
    );
  });

  test("no value adds an element, whatever surrounds it", () => {
    fc.assert(
      fc.property(anyText, (value) => {
        const escaped = escapeHtml(value, "surname");
        expect(escaped).not.toMatch(/[<>"'`=]/);
        expect(parseFragment(`<p>${escaped}</p>`).childNodes).toHaveLength(1);
      }),
    );
  });

  test("an address without quotes is exactly one attribute", () => {
    const address = anyText.filter((text) => storable(text) && text !== "").map((text) => `otpauth://${text}`);
    fc.assert(
      fc.property(fc.constantFrom(...addressTags), address, (tag, value) => {
        const nodes = parseFragment(`<a href=${escapeHtml(value, tag)}>Your new token</a>`).childNodes;
        expect(nodes).toHaveLength(1);
        const { tagName, attrs } = nodes[0] as DefaultTreeAdapterTypes.Element;
        expect([tagName, attrs]).toEqual(["a", [{ name: "href", value }]]);
      }),
    );
  });

  test.each([
    ["googleurl_value", "otpauth://totp/ACME%20Co:alice?secret=JBSWY3DPEHPK3PXP&issuer=ACME%20Co"],
    ["googleurl_img", `data:image/png;base64,${Buffer.from("\x89PNG + / =").toString("base64")}==`],
    ["pushurl_value", "otpauth://pipush/PIPU1?url=https%3A//acme.test/ttype/push&ttl=10"],
    ["container_url_value", "pia://container/SMPH1?issuer=a&nonce=b"],
    ["url", "https://acme.test/mfa?a=1&b=2"],
  ])("{%s} works in an image and a link, without quotes", (tag, value) => {
    const nodes = parseFragment(
      `<img src=${escapeHtml(value, tag)}><a href=${escapeHtml(value, tag)}>x</a>`,
    ).childNodes;
    const attributes = nodes.map((node) => (node as DefaultTreeAdapterTypes.Element).attrs);
    expect(attributes).toEqual([[{ name: "src", value }], [{ name: "href", value }]]);
  });

  test.each([
    "javascript:alert(1)",
    "JavaScript:alert(1)",
    " javascript:alert(1)",
    "java\nscript:alert(1)",
    "\x01javascript:alert(1)",
    "vbscript:x",
    "data:text/html,<script>alert(1)</script>",
  ])("%j is omitted if it is used as an address", (value) => {
    expect(escapeHtml(value, "googleurl_value")).toBe("");
    expect(escapeHtml(value, "googleurl_img")).toBe("");
  });

  test("plain words stay readable", () => {
    expect(escapeHtml("Alice Liddell, 2026-03-15 12:00", "surname")).toBe("Alice Liddell, 2026-03-15 12:00");
    expect(escapeHtml(`<b>E&"'`, "surname")).toBe("&lt;b&gt;E&amp;&quot;&#39;");
  });
});

test("escapeUrl: a form reads the original value, with U+FFFD for an unpaired surrogate", () => {
  fc.assert(
    fc.property(anyText, (value) => {
      const read = new URLSearchParams(`a=1&v=${escapeUrl(value, "x")}&b=2`);
      expect([...read]).toEqual([
        ["a", "1"],
        ["v", value.replace(/\p{Surrogate}/gu, "\ufffd")],
        ["b", "2"],
      ]);
    }),
  );
  expect(escapeUrl("a\ud800&b c", "x")).toBe("a%EF%BF%BD%26b%20c");
});

test("escapeJson: a JSON string contains the original value", () => {
  fc.assert(
    fc.property(anyText, (value) => {
      expect(JSON.parse(`"${escapeJson(value, "x")}"`)).toBe(value);
    }),
  );
});

describe("escapeHeader", () => {
  test("refuses line breaks, and changes nothing", () => {
    fc.assert(
      fc.property(anyText, (value) => {
        if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(value)) {
          expect(code(() => escapeHeader(value, "surname"))).toBe("HEADER_INVALID");
        } else expect(escapeHeader(value, "surname")).toBe(value);
      }),
    );
  });

  test.each(["a\u2028b", "a\u2029b", "a\u0085b", "a\tb", "a\0b"])("%j is refused", (value) => {
    expect(code(() => escapeHeader(value, "surname"))).toBe("HEADER_INVALID");
  });

  test("names the tag and hides the value", () => {
    expect(() => escapeHeader("x\r\nBcc: eve@example.net", "surname")).toThrow(
      "The value of {surname} has a control character and cannot be in a header.",
    );
  });
});

describe("escapeFileName", () => {
  test.each(["a/b", "a\\b", "/", "..", ".", "...", "../x", "a\0b", "a\nb", "a\x7fb"])("%j is refused", (value) => {
    expect(code(() => escapeFileName(value, "username"))).toBe("VALUE_INVALID");
  });

  test.each(["alice", "a..b", ".hidden", "12:00:00", "a b", "-x", "", "Ä€😀"])("%j stays unchanged", (value) => {
    expect(escapeFileName(value, "username")).toBe(value);
  });

  test("hides the value", () => {
    expect(() => escapeFileName("s3cret/x", "pin")).toThrow("the value of {pin} cannot be in a file name");
  });
});

test("escapeArgument refuses only NUL", () => {
  expect(code(() => escapeArgument("a\0b", "user"))).toBe("VALUE_INVALID");
  expect(escapeArgument("$(id) --help\n", "user")).toBe("$(id) --help\n");
});
