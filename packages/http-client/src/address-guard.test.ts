import { describe, expect, it } from "vitest";
import { createAddressGuard } from "./address-guard.js";
import { HttpClientError } from "./errors.js";

describe("createAddressGuard", () => {
  it.each([
    ["127.0.0.1", "loopback"],
    ["127.255.255.254", "loopback"],
    ["10.0.0.1", "private"],
    ["172.16.0.1", "private"],
    ["172.31.255.255", "private"],
    ["192.168.0.1", "private"],
    ["169.254.0.1", "link-local"],
    ["169.254.169.254", "link-local"],
    ["168.63.129.16", "metadata service"],
    ["100.64.0.1", "carrier-grade NAT"],
    ["100.127.255.255", "carrier-grade NAT"],
    ["224.0.0.1", "multicast"],
    ["239.255.255.255", "multicast"],
    ["0.0.0.0", "unspecified"],
    ["0.1.2.3", "unspecified"],
    ["255.255.255.255", "broadcast"],
    ["240.0.0.1", "reserved"],
    ["192.0.0.192", "reserved"],
    ["192.0.2.1", "reserved"],
    ["198.51.100.1", "reserved"],
    ["203.0.113.1", "reserved"],
    ["198.18.0.1", "reserved"],
    ["198.19.255.255", "reserved"],
    ["192.88.99.1", "reserved"],
    ["::", "unspecified"],
    ["::1", "loopback"],
    ["fe80::1", "link-local"],
    ["fe80::1%eth0", "link-local"],
    ["fec0::1", "site-local"],
    ["fc00::1", "unique local"],
    ["fd00:ec2::254", "unique local"],
    ["ff02::1", "multicast"],
    ["::ffff:127.0.0.1", "loopback"],
    ["::ffff:7f00:1", "loopback"],
    ["::ffff:a9fe:a9fe", "link-local"],
    ["::7f00:1", "not assigned"],
    ["::ffff:0:7f00:1", "rfc6145"],
    ["64:ff9b::7f00:1", "loopback"],
    ["64:ff9b::10.0.0.1", "private"],
    ["64:ff9b:1::1", "rfc6052"],
    ["2002:7f00:1::", "6to4"],
    ["2002:808:808::", "6to4"],
    ["2001:0:7f00:1::", "teredo"],
    ["2001:db8::1", "reserved"],
    ["3fff::1", "reserved"],
    ["100::1", "discard"],
    ["2001:2::1", "benchmarking"],
    ["4000::1", "not assigned"],
    ["example.org", "not an IP address"],
    ["2130706433", "not an IP address"],
    ["0x7f.1", "not an IP address"],
    ["", "not an IP address"],
  ])("refuses %s: %s", (address, reason) => {
    expect(createAddressGuard().refusal(address)).toBe(reason);
  });

  it.each([
    "8.8.8.8",
    "100.63.255.255",
    "100.128.0.1",
    "172.32.0.1",
    "2606:4700::1",
    "::ffff:8.8.8.8",
    "64:ff9b::808:808",
  ])("permits %s", (address) => {
    expect(createAddressGuard().refusal(address)).toBeUndefined();
  });

  it("permits an allowed address in all of its notations", () => {
    const guard = createAddressGuard({ allow: ["10.1.0.0/16", "::1", "169.254.169.254", "2002::/16"] });
    for (const address of [
      "10.1.2.3",
      "::ffff:10.1.2.3",
      "64:ff9b::10.1.2.3",
      "::1",
      "169.254.169.254",
      "2002:7f00:1::",
    ]) {
      expect(guard.refusal(address), address).toBeUndefined();
    }
    for (const address of ["10.2.0.1", "127.0.0.1", "169.254.169.253"]) {
      expect(guard.refusal(address), address).toBeDefined();
    }
  });

  it("refuses a denied address even if it is allowed", () => {
    const guard = createAddressGuard({
      allow: ["10.0.0.0/8", "0.0.0.0/0"],
      deny: ["10.1.1.1", "8.8.0.0/16", "64:ff9b::/96"],
    });
    for (const address of ["10.1.1.1", "::ffff:10.1.1.1", "8.8.8.8", "64:ff9b::909:909"]) {
      expect(guard.refusal(address), address).toBe("denied");
    }
    expect(guard.refusal("10.1.1.2")).toBeUndefined();
  });

  it.each([
    "10.1",
    "10.0.0.0/33",
    "10.0.0.0/",
    "10.0.0.0/8/8",
    "10.0.0.0/-1",
    "::/129",
    "localhost",
    "",
    "::ffff:10.0.0.0/104",
  ])("refuses the entry %j", (entry) => {
    for (const field of ["allow", "deny"]) {
      expect(() => createAddressGuard({ [field]: [entry] })).toThrowError(
        expect.objectContaining({
          code: "INVALID_CONFIG",
          message: expect.stringContaining(`${field}: "${entry}" is not valid. Allowed: `),
        }),
      );
    }
    expect(() => createAddressGuard({ allow: [entry] })).toThrowError(HttpClientError);
  });
});
