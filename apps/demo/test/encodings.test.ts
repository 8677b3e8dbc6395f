import { describe, expect, it } from "vitest";
import { bareServer } from "./bare-server.js";
import { rawGet, rawPost, rawRequest } from "./raw-request.js";

/** PINs, and the bytes that represent them in a form or a query: encoded once, and encoded twice. */
const pins = [
  ["a+b", "a%2Bb", "a%252Bb"],
  ["a@b!", "a%40b%21", "a%2540b%2521"],
  ["ü", "%C3%BC", "%25C3%25BC"],
  ["50%", "50%25", "50%2525"],
  ["x&y", "x%26y", "x%2526y"],
  ['"q"', "%22q%22", "%2522q%2522"],
  ["<>^", "%3C%3E%5E", "%253C%253E%255E"],
  ["a=b;c#d?e/f", "a%3Db%3Bc%23d%3Fe%2Ff", "a%253Db%253Bc%2523d%253Fe%252Ff"],
  ["a b", "a%20b", "a%2520b"],
  ["100%zz%", "100%25zz%25", "100%2525zz%2525"],
  ["€🔑", "%E2%82%AC%F0%9F%94%91", "%25E2%2582%25AC%25F0%259F%2594%2591"],
] as const;

const boundary = "------------------------d74496d66958873e";
const form = "application/x-www-form-urlencoded";
/** User agents of clients that encode values once. */
const encodingOnce = ["privacyidea-cp/3.5.1 Windows/10.0.19045", "privacyIDEA-LDAP-Proxy", "simpleSAMLphp/2.1"];

const serialOf = (index: number) => `PIN${index}`;

/** Starts a server with a token for each PIN. `verdict` returns its response to a request. */
async function serverWithPins() {
  const { domain, url } = await bareServer();
  for (const [index, [pin]] of pins.entries()) {
    await domain.tokens.init({ type: "spass", serial: serialOf(index), pin });
  }
  await domain.tokens.init({ type: "spass", serial: "ESCAPED", pin: "50%25" });
  const verdict = async (request: string) => (await rawRequest(url, request)).body.result.authentication;
  return { url, verdict };
}

describe("a PIN with special characters", () => {
  it("is accepted whether it is encoded once or twice", async () => {
    const { verdict } = await serverWithPins();
    for (const [index, [pin, single, double]] of pins.entries()) {
      const serial = serialOf(index);
      const parts = Object.entries({ serial, pass: pin }).map(
        ([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
      );
      const requests = [
        rawPost("/validate/check", form, `serial=${serial}&pass=${single}`),
        rawPost("/validate/check", form, `serial=${serial}&pass=${double}`, "privacyidea-java-client/1.2"),
        rawPost("/validate/check", `${form}; charset=utf-8`, `serial=${serial}&pass=${double}`, "FreeRADIUS"),
        rawGet(`/validate/check?serial=${serial}&pass=${single}`),
        rawGet(`/validate/check?serial=${serial}&pass=${double}`),
        rawPost("/validate/check", `multipart/form-data; boundary=${boundary}`, `${parts.join("")}--${boundary}--\r\n`),
        rawPost("/validate/check", "application/json", JSON.stringify({ serial, pass: pin })),
        ...encodingOnce.map((agent) => rawPost("/validate/check", form, `serial=${serial}&pass=${single}`, agent)),
      ];
      for (const request of requests) expect(await verdict(request), request).toBe("ACCEPT");
    }
  });

  it("is decoded once if the client encodes once, and never twice in JSON", async () => {
    const { verdict } = await serverWithPins();
    for (const agent of encodingOnce) {
      const request = (pass: string) => rawPost("/validate/check", form, `serial=ESCAPED&pass=${pass}`, agent);
      expect(await verdict(request("50%2525")), agent).toBe("ACCEPT");
      expect(await verdict(request("50%252525")), agent).toBe("REJECT");
      expect(await verdict(rawGet("/validate/check?serial=ESCAPED&pass=50%2525", agent))).toBe("ACCEPT");
    }
    const json = (pass: string) =>
      rawPost("/validate/check", "application/json", JSON.stringify({ serial: "ESCAPED", pass }));
    expect(await verdict(json("50%25"))).toBe("ACCEPT");
    expect(await verdict(json("50%2525"))).toBe("REJECT");
    // a user agent that only begins with one of these names is treated like all others, which encode twice
    expect(
      await verdict(rawPost("/validate/check", form, "serial=ESCAPED&pass=50%252525", "simplesamlphp-fork/1")),
    ).toBe("ACCEPT");
  });

  it("keeps a malformed percent sign, and the names of parameters", async () => {
    const { url, verdict } = await serverWithPins();
    const serial = serialOf(pins.findIndex(([pin]) => pin === "100%zz%"));
    expect(await verdict(rawPost("/validate/check", form, `serial=${serial}&pass=100%zz%`))).toBe("ACCEPT");
    const { status, body } = await rawRequest(url, rawPost("/validate/check", form, `%2573erial=${serial}&pass=x`));
    expect([status, body.result.error.code]).toEqual([400, 905]);
  });

  it("refuses a NUL that only a second decoding reveals", async () => {
    const { url } = await serverWithPins();
    const { status, body } = await rawRequest(url, rawPost("/validate/check", form, "serial=PIN0&pass=a%2500"));
    expect([status, body.result.error.code]).toEqual([400, 905]);
  });
});
