import { BlockList, isIP } from "node:net";

/** Addresses and networks that a setting names. */
export type AddressList = {
  /** As they were written: `10.0.0.0/8`, `::1`. */
  readonly entries: readonly string[];
  /** Whether the address (IPv4, IPv6, or IPv4 mapped into IPv6) is one of them; false for what is no address. */
  includes(address: string): boolean;
};

/** Makes the list from addresses and CIDR networks; throws a RangeError that names the entry which is neither. */
export function createAddressList(entries: readonly string[]): AddressList {
  const list = new BlockList();
  for (const entry of entries) add(list, entry);
  return {
    entries,
    includes(address) {
      const plain = unmapped(address);
      const version = isIP(plain);
      if (version === 0) return false;
      return list.check(plain, version === 4 ? "ipv4" : "ipv6");
    },
  };
}

function add(list: BlockList, entry: string): void {
  const [address = "", bits, ...rest] = entry.split("/");
  const version = isIP(address);
  const longest = version === 4 ? 32 : 128;
  const valid = version !== 0 && rest.length === 0
    && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= longest));
  if (!valid) throw new RangeError(entry);
  const family = version === 4 ? "ipv4" : "ipv6";
  if (bits === undefined) list.addAddress(address, family);
  else list.addSubnet(address, Number(bits), family);
}

/** A socket that listens on both families reports IPv4 peers as `::ffff:192.0.2.1`. */
function unmapped(address: string): string {
  return address.toLowerCase().startsWith("::ffff:") && address.includes(".") ? address.slice(7) : address;
}
