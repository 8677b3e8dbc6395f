import fc from "fast-check";
import ipaddr from "ipaddr.js";
import { describe, expect, it } from "vitest";
import { ipSet } from "./ip-set.js";

const has = (list: unknown, address: string) => ipSet().parse(list).has(address);

/** Few different octets and words, so that networks match. */
const octet = fc.constantFrom(0, 1, 10, 127, 128, 192, 255);
const ipv4 = fc.tuple(octet, octet, octet, octet).map((octets) => octets.join("."));
const word = fc.constantFrom("0", "1", "8000", "ffff", "2001", "db8");
const ipv6 = fc.oneof(
  fc.tuple(word, word, word, word, word, word, word, word).map((words) => words.join(":")),
  fc.tuple(word, word).map(([first, last]) => `${first}::${last}`),
  ipv4.map((address) => `::ffff:${address}`),
);
const address = fc.oneof(ipv4, ipv6);
const entry = fc
  .tuple(address, fc.option(fc.nat(128)), fc.constantFrom("", "", "-", "!"))
  .map(([text, prefix, sign]) => {
    const longest = text.includes(":") ? 128 : 32;
    const mapped = text.startsWith("::ffff:") && text.includes(".");
    const shortest = mapped ? 96 : 0;
    const suffix = prefix === null ? "" : `/${Math.max(shortest, prefix % (longest + 1))}`;
    return `${sign}${text}${suffix}`;
  });

/** Returns the expected result, determined by ipaddr.js alone. */
function naive(entries: readonly string[], text: string): boolean {
  const parsed = ipaddr.process(text);
  const isIn = (one: string) => {
    const [base = "", prefix] = one.replace(/^[-!]/, "").split("/");
    const network = ipaddr.process(base);
    const written = ipaddr.parse(base).kind();
    if (network.kind() !== parsed.kind()) return false;
    const bits = network.kind() === "ipv4" ? 32 : 128;
    const before = written === network.kind() ? 0 : 96;
    return parsed.match(network, prefix === undefined ? bits : Number(prefix) - before);
  };
  const excluded = entries.filter((one) => /^[-!]/.test(one));
  const included = entries.filter((one) => !/^[-!]/.test(one));
  return !excluded.some(isIn) && (included.length === 0 || included.some(isIn));
}

describe("a set of IP addresses", () => {
  it("agrees with ipaddr.js", () => {
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1, maxLength: 4 }), address, (entries, text) => {
        expect(has(entries.join(" , "), text)).toBe(naive(entries, text));
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ["192.168.0.0/24,-192.168.0.12,10.0.0.2", "192.168.0.11", true],
    ["192.168.0.0/24,-192.168.0.12,10.0.0.2", "192.168.0.12", false],
    ["192.168.0.0/24,-192.168.0.12,10.0.0.2", "10.0.0.2", true],
    ["-10.0.0.0/8", "192.0.2.1", true],
    ["-10.0.0.0/8", "10.1.2.3", false],
    ["! 10.0.0.5, 10.0.0.0/8", "10.0.0.5", false],
    ["10.0.0.0/255.255.255.0", "10.0.0.9", true],
    ["10.0.0.0/255.255.255.0", "10.0.1.9", false],
    ["10.0.0.0/8", "::ffff:10.1.2.3", true],
    ["10.0.0.0/8", "::ffff:a01:203", true],
    ["::ffff:10.0.0.0/104", "10.1.2.3", true],
    ["::ffff:10.1.2.3", "10.1.2.3", true],
    ["0.0.0.0/0", "2001:db8::1", false],
    ["::/0", "10.1.2.3", false],
    ["fe80::/10", "fe80::1%eth0", true],
  ])("%s contains %s: %s", (list, text, answer) => expect(has(list, text)).toBe(answer));

  it("does not contain a string that is not an address, even if there are only exclusions", () => {
    for (const text of [
      "",
      "garbage",
      "10.0.0",
      "10.0.0.256",
      "010.0.0.1",
      "0x0a.0.0.1",
      "10.0.0.1 ",
      "::1::",
      "1.2.3.4.5",
    ]) {
      expect(has("-192.0.2.1", text)).toBe(false);
      expect(has("0.0.0.0/0,::/0", text)).toBe(false);
    }
  });

  it("accepts an array", () => {
    expect(has(["10.0.0.0/8", "-10.0.0.5"], "10.0.0.6")).toBe(true);
  });

  it.each([
    ["", "The list is empty."],
    [" , ", "The list is empty."],
    [[], "The list is empty."],
    ["10.0.0.5, foo", '"foo" is not an IP address or network.'],
    ["10.0.0.*", "is not an IP address"],
    ["10.0.0.5;10.0.0.6", "is not an IP address"],
    ["10", "is not an IP address"],
    ["0x0a000001", "is not an IP address"],
    ["010.0.0.1", "is not an IP address"],
    ["10.0.0.0/33", "is not an IP address"],
    ["10.0.0.0/-1", "is not an IP address"],
    ["10.0.0.0/8/8", "is not an IP address"],
    ["10.0.0.0/255.0.255.0", "is not an IP address"],
    ["2001:db8::/129", "is not an IP address"],
    ["::ffff:10.0.0.0/64", "is not an IP address"],
    ["fe80::1%eth0", "is not an IP address"],
    ["--10.0.0.1", "is not an IP address"],
    [true, "is not a string"],
  ])("refuses %j", (list, message) => expect(() => ipSet().parse(list)).toThrow(message));
});
