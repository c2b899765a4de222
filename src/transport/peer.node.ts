import { BlockList, isIP, isIPv4 } from 'node:net'
import { OutsideError } from '../core/index.ts'

/** Writes an address as we count it: IPv4 that came in over an IPv6 socket reads as IPv4, a zone is left out. */
export function plainAddress(address: string | undefined): string {
  if (address === undefined) return 'unknown'
  const zone = address.indexOf('%')
  const plain = zone === -1 ? address : address.slice(0, zone)
  const mapped = plain.toLowerCase().startsWith('::ffff:') ? plain.slice(7) : ''
  return isIPv4(mapped) ? mapped : plain
}

/** The proxies whose word on where a request came from is believed. */
export class TrustedProxies {
  readonly #list = new BlockList()

  /**
   * @param proxies  addresses ("10.0.0.7", "::1") and networks ("10.0.0.0/8")
   * @throws OutsideError if one of them is neither
   */
  constructor(proxies: readonly string[]) {
    for (const proxy of proxies) this.#add(proxy)
  }

  /**
   * Returns the nearest address that is not a trusted proxy's: the peer itself, or, read from the right, the first
   * untrusted entry of X-Forwarded-For. Whatever stands left of an entry that is not an address is not believed.
   */
  origin(peer: string, forwardedFor: string | undefined): string {
    let nearest = peer
    const hops = forwardedFor?.split(',') ?? []
    while (hops.length > 0 && this.trusts(nearest)) {
      const hop = plainAddress(hops.pop()!.trim())
      if (isIP(hop) === 0) break
      nearest = hop
    }
    return nearest
  }

  /** Returns whether this is a trusted proxy's address. */
  trusts(address: string): boolean {
    return isIP(address) !== 0 && this.#list.check(address, isIPv4(address) ? 'ipv4' : 'ipv6')
  }

  #add(proxy: string): void {
    const [address, bits, ...rest] = proxy.split('/')
    const family = isIPv4(address) ? 'ipv4' : 'ipv6'
    const width = bits === undefined ? undefined : Number(bits)
    const isWide = width !== undefined && !(/^\d+$/.test(bits) && width <= (family === 'ipv4' ? 32 : 128))
    if (isIP(address) === 0 || isWide || rest.length > 0) {
      throw new OutsideError(
        `"${proxy}" in the trusted proxies is no address; write one like 10.0.0.7 or 10.0.0.0/8.`,
      )
    }
    if (width === undefined) this.#list.addAddress(address, family)
    else this.#list.addSubnet(address, width, family)
  }
}
