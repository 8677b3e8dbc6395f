import { describe, expect, it } from "vitest";
import { parseClientOverrides } from "./client-override.js";

describe("a caller who names the address of a client", () => {
  const overrides = parseClientOverrides(["10.0.0.5", "10.1.0.0/16 > 192.168.0.0/16", "fd00::/8>2001:db8::/32"]);

  it.each([
    ["10.0.0.5", "203.0.113.9", "203.0.113.9"],
    ["10.0.0.5", "2001:DB8::0:1", "2001:db8::1"],
    ["10.0.0.5", "::ffff:203.0.113.9", "203.0.113.9"],
    ["10.1.2.3", "192.168.7.8", "192.168.7.8"],
    ["fd00::1", "2001:db8::9", "2001:db8::9"],
  ])("may be %s, for the client %s", (caller, client, clientIp) =>
    expect(overrides(caller, client)).toEqual({ clientIp }),
  );

  it.each(["nonsense", "1.2.3", "00-11-22-33-44-55", "0x7f000001"])("leaves the client unknown for %s", (client) =>
    expect(overrides("10.0.0.5", client)).toEqual({ clientIp: undefined }),
  );

  it.each([
    ["10.0.0.6", "203.0.113.9"],
    ["10.1.2.3", "203.0.113.9"],
    ["fd00::1", "192.168.7.8"],
    ["203.0.113.9", "10.0.0.5"],
  ])("may not be %s, for the client %s", (caller, client) => expect(overrides(caller, client)).toBeUndefined());

  it("may not name a client without a rule", () =>
    expect(parseClientOverrides([])("10.0.0.5", "1.2.3.4")).toBeUndefined());

  it.each(["x", "10.0.0.0/33", "10.0.0.1 > x", "10.0.0.1 > 10.0.0.2 > 10.0.0.3", ""])("refuses the rule %j", (rule) =>
    expect(() => parseClientOverrides([rule])).toThrow("Allowed"),
  );
});
