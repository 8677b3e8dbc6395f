import fc from "fast-check";
import ipaddr from "ipaddr.js";
import { describe, expect, test } from "vitest";
import { clientAddress, parseTrustedProxies } from "./client-address.js";

const none = parseTrustedProxies([]);
const proxies = parseTrustedProxies(["10.0.0.0/8", "fd00::/8", "127.0.0.1"]);

const untrusted = fc.oneof(
  fc.ipV4().filter((text) => !text.startsWith("10.") && text !== "127.0.0.1"),
  fc.ipV6().filter((text) => {
    const address = ipaddr.process(text);
    return address.kind() === "ipv6" && address.toByteArray()[0] !== 0xfd;
  }),
);
const trusted = fc.oneof(
  fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255)).map((rest) => `10.${rest.join(".")}`),
  fc.ipV4().map((text) => `fd00::${text}`),
  fc.tuple(fc.nat(255), fc.nat(255)).map(([a, b]) => `::ffff:10.0.${a}.${b}`),
);
const garbage = fc.constantFrom(
  "",
  "unknown",
  "_hidden",
  "1.2.3.4:",
  "1.2.3.4:port",
  "1.2.3.4:65536",
  "[1.2.3.4]:80",
  "[::1",
  "::1]",
  "[::1]80",
  "[fe80::1%]",
  "1.2.3.4%eth0",
  "1.2.3",
  "2130706433",
  "0x7f.1",
  "0x7f000001",
  "0177.0.0.1",
  "127.0.0.01",
  "for=192.0.2.43",
  '"[2001:db8::1]:443"',
  "unix:",
);
const normal = (text: string) => ipaddr.process(text).toString();

describe("clientAddress", () => {
  test("without trusted proxies, the header is ignored", () => {
    fc.assert(
      fc.property(fc.oneof(trusted, untrusted), fc.string(), (socket, header) => {
        expect(clientAddress(socket, header, none)).toBe(normal(socket));
      }),
    );
  });

  test("a socket that is not a trusted proxy is the client, whatever the header says", () => {
    fc.assert(
      fc.property(untrusted, fc.array(fc.oneof(trusted, untrusted, garbage)), (socket, claims) => {
        expect(clientAddress(socket, claims.join(", "), proxies)).toBe(normal(socket));
      }),
    );
  });

  test("the client is the rightmost address that is not a trusted proxy, whatever is to the left of it", () => {
    fc.assert(
      fc.property(
        trusted,
        fc.array(fc.oneof(trusted, untrusted, garbage)),
        untrusted,
        fc.array(trusted),
        (socket, forged, client, chain) => {
          const header = [...forged, client, ...chain].join(" , ");
          expect(clientAddress(socket, header, proxies)).toBe(normal(client));
        },
      ),
    );
  });

  test("if a trusted proxy forwarded something that is not an address, the client is unknown, and is never assumed to be the proxy", () => {
    fc.assert(
      fc.property(
        trusted,
        fc.array(fc.oneof(trusted, untrusted)),
        garbage,
        fc.array(trusted),
        (socket, left, bad, right) => {
          expect(clientAddress(socket, [...left, bad, ...right].join(","), proxies)).toBeUndefined();
        },
      ),
    );
  });

  test.each([
    ["192.0.2.43:51234", "192.0.2.43"],
    ["[2001:db8::1]:443", "2001:db8::1"],
    ["[2001:db8::1]", "2001:db8::1"],
    ["2001:DB8:0::1", "2001:db8::1"],
    ["[::ffff:192.0.2.43]:80", "192.0.2.43"],
    ["::ffff:c000:22b", "192.0.2.43"],
    ["fe80::1%eth0", "fe80::1"],
    ["[fe80::1%25en0]:443", "fe80::1"],
    ["203.0.113.1, 192.0.2.43:51234 , 10.0.0.1:3128", "192.0.2.43"],
    ["192.0.2.43, [fd00::7]:9000", "192.0.2.43"],
    ["192.0.2.43,", undefined],
    [" ", undefined],
    ["", undefined],
  ])("removes ports, brackets and zones: %j becomes %j", (header, expected) => {
    expect(clientAddress("127.0.0.1", header, proxies)).toBe(expected);
  });

  test("reads only the end of a very long header, and an address that was cut off is unknown", () => {
    const long = `${"203.0.113.9, ".repeat(5_000)}192.0.2.7`;
    expect(clientAddress("127.0.0.1", long, proxies)).toBe("192.0.2.7");
    expect(clientAddress("127.0.0.1", `192.0.2.7${",10.0.0.1".repeat(5_000)}`, proxies)).toBeUndefined();
    expect(clientAddress("127.0.0.1", "7".repeat(100_000), proxies)).toBeUndefined();
  });

  test("the leftmost address is the client if all are trusted", () => {
    expect(clientAddress("127.0.0.1", "10.0.0.1, 10.0.0.2", proxies)).toBe("10.0.0.1");
  });

  test("reads an IPv4-mapped address as IPv4, drops a zone, and returns nothing for a missing socket address", () => {
    expect(clientAddress("::ffff:127.0.0.1", "192.0.2.7", proxies)).toBe("192.0.2.7");
    expect(clientAddress("::ffff:c000:207", undefined, none)).toBe("192.0.2.7");
    expect(clientAddress("fe80::1%eth0", undefined, none)).toBe("fe80::1");
    expect(clientAddress(undefined, "192.0.2.7", proxies)).toBeUndefined();
  });
});

describe("parseTrustedProxies", () => {
  test.each(["0.0.0.0/0", "::ffff:0:0/96"])("%s is every IPv4 address", (network) => {
    const trust = parseTrustedProxies([network]);
    expect(clientAddress("198.51.100.1", "203.0.113.1, 192.0.2.7", trust)).toBe("203.0.113.1");
    expect(clientAddress("2001:db8::1", "192.0.2.7", trust)).toBe("2001:db8::1");
  });

  test("a mapped network is its IPv4 network", () => {
    expect(clientAddress("10.1.2.3", "192.0.2.7", parseTrustedProxies(["::ffff:10.0.0.0/104"]))).toBe("192.0.2.7");
  });

  test.each([
    "",
    "proxy",
    "10.0.0.0/33",
    "10.0.0.0/",
    "10.0.0.0/8/8",
    "10.0.0.0/-1",
    "::/129",
    "fe80::%eth0/64",
    "10.1",
  ])("refuses %j", (cidr) => {
    expect(() => parseTrustedProxies([cidr])).toThrow(
      expect.objectContaining({ code: "VALUE_INVALID", message: expect.stringContaining(JSON.stringify(cidr)) }),
    );
  });
});
