import { BlockList, isIP } from "node:net";

/** Where a request of ours would go: the address behind a name, or null while it is only a name. */
export type Place = { readonly address: string | null; readonly port: number };

/** The ports that web servers use; behind others stand databases and mail servers. */
const ports: ReadonlySet<number> = new Set([80, 443, 8080, 8443]);

/* What no stranger may make us talk to (IANA special-purpose registries; and the wire server of a large cloud). */
const special4 = blockList("ipv4", [
  "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "168.63.129.16/32", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
  "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
  "224.0.0.0/4", "240.0.0.0/4",
]);
const global6 = blockList("ipv6", ["2000::/3"]);
/** Within the global addresses: tunnels to IPv4, documentation, protocol use. */
const special6 = blockList("ipv6", ["2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20"]);
const nat64 = blockList("ipv6", ["64:ff9b::/96"]);
const mapped = blockList("ipv6", ["::ffff:0:0/96"]);

/** Whether a place lies on the public internet, behind a port of the web. */
export function isPublicPlace({ address, port }: Place): boolean {
  return ports.has(port) && (address === null || isPublicAddress(address));
}

/** Whether an address, written in any way, is one of the public internet. What is no address is not. */
export function isPublicAddress(address: string): boolean {
  const plain = address.split("%", 1).join("");
  if (isIP(plain) === 4) return !special4.check(plain, "ipv4");
  if (isIP(plain) !== 6) return false;
  // An IPv4 address in the clothes of an IPv6 one.
  if (mapped.check(plain, "ipv6") || nat64.check(plain, "ipv6")) return isPublicAddress(lastFour(plain));
  return global6.check(plain, "ipv6") && !special6.check(plain, "ipv6");
}

/* The last 32 bits as IPv4. `URL` writes every IPv6 address in one way, without dots. */
function lastFour(address: string): string {
  const groups = new URL(`http://[${address}]`).hostname.slice(1, -1).split("::").at(-1)?.split(":") ?? [];
  const [high = 0, low = 0] = ["0", "0", ...groups].slice(-2).map((group) => Number.parseInt(group === "" ? "0" : group, 16));
  return [high >> 8, high & 255, low >> 8, low & 255].join(".");
}

function blockList(family: "ipv4" | "ipv6", subnets: readonly string[]): BlockList {
  const list = new BlockList();
  for (const subnet of subnets) {
    const [net = "", prefix] = subnet.split("/");
    list.addSubnet(net, Number(prefix), family);
  }
  return list;
}
