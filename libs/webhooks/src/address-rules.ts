import { BlockList, isIP } from 'node:net';
import { environment, LaurelError } from '@laurel/contracts';

/** Which addresses may be connected to. */
export interface AddressRules {
  allows(address: string): boolean;
}

/** What is not public unicast of IPv4: https://www.iana.org/assignments/iana-ipv4-special-registry */
const specialIpv4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];

/** Within 2000::/3, the only public unicast of IPv6: protocols, Teredo and ORCHID, documentation, 6to4. */
const specialIpv6: readonly (readonly [string, number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

/**
 * Public unicast, and the networks in `allowed`, such as `127.0.0.1/32` or `10.1.0.0/16`. Addresses of IPv4 inside of
 * IPv6 are none of IPv4 here: they are refused. Errors: `InvalidInput`.
 */
export function addressRules(allowed: readonly string[]): AddressRules {
  const special = new BlockList();
  for (const [network, bits] of specialIpv4) special.addSubnet(network, bits, 'ipv4');
  for (const [network, bits] of specialIpv6) special.addSubnet(network, bits, 'ipv6');
  const unicast = new BlockList();
  unicast.addSubnet('2000::', 3, 'ipv6');
  const named = new BlockList();
  for (const network of allowed) addNetwork(named, network);
  return {
    allows: (address) => {
      const version = isIP(address);
      if (version === 0) return false;
      const family = version === 4 ? 'ipv4' : 'ipv6';
      if (version === 6 && isMapped(address)) return false;
      if (named.check(address, family)) return true;
      return !special.check(address, family) && (version === 4 || unicast.check(address, family));
    },
  };
}

/** Node compares `::ffff:a.b.c.d` with networks of IPv4; what is written so has no business here. */
function isMapped(address: string): boolean {
  const { hostname } = new URL(`http://[${address.split('%', 1)[0]}]`);
  return hostname.startsWith('[::ffff:');
}

function addNetwork(list: BlockList, text: string): void {
  const [address = '', bits] = text.split('/');
  const version = isIP(address);
  const most = version === 4 ? 32 : 128;
  const prefix = bits === undefined ? most : Number(bits);
  if (version === 0 || !Number.isInteger(prefix) || prefix < 0 || prefix > most) {
    const what = `${environment.webhookNetworks} has "${text}", which is no network`;
    throw new LaurelError('InvalidInput', `${what}; write it as in 10.1.0.0/16.`);
  }
  list.addSubnet(address, prefix, version === 4 ? 'ipv4' : 'ipv6');
}
