import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { isPublicAddress, isPublicPlace } from "./public-address.ts";

describe("S112: an address that is not public is refused:", () => {
  it.each([
    "127.0.0.1", "127.1.2.3", "0.0.0.0", "0.1.2.3", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "100.100.100.200", "168.63.129.16", "192.0.0.1", "192.0.2.1", "192.88.99.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255",
    "::", "::1", "0:0:0:0:0:0:0:1", "::ffff:127.0.0.1", "::ffff:7f00:1", "0:0:0:0:0:ffff:a00:1", "::ffff:0:0", "::127.0.0.1", "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1", "64:ff9b::10.0.0.1", "64:ff9b:1::1", "2002:7f00:1::", "2001::1", "2001:db8::1", "3fff::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "100::1",
    "", "localhost", "0x7f.1", "2130706433", "127.1", "1.2.3.4.5", "example.com",
  ])("%s", (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it("all that stands behind a private IPv4 address in IPv6", () => {
    fc.assert(fc.property(fc.constantFrom([10, 8], [127, 8], [0, 8]), fc.nat(0xffffff), ([first = 0], rest) => {
      const [high, low] = [(first << 8) | (rest >> 16), rest & 0xffff].map((group) => group.toString(16));
      expect([`::ffff:${high}:${low}`, `64:ff9b::${high}:${low}`].filter(isPublicAddress)).toEqual([]);
    }));
  });
});

describe("a public address", () => {
  it.each(["1.1.1.1", "8.8.8.8", "172.15.0.1", "172.32.0.1", "100.128.0.1", "192.167.1.1", "2606:4700:4700::1111", "2a00:1450:4001::1", "::ffff:8.8.8.8", "64:ff9b::808:808"])("may be called: %s", (address) => {
    expect(isPublicAddress(address)).toBe(true);
    expect(isPublicPlace({ address, port: 443 })).toBe(true);
  });

  it.each([22, 25, 3306, 5432, 6379, 9200, 11_211, 27_017, 0, 1])("is not called at port %i", (port) => {
    expect(isPublicPlace({ address: "1.1.1.1", port })).toBe(false);
    expect(isPublicPlace({ address: null, port })).toBe(false);
  });
});
