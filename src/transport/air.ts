import type { Link } from './link.ts'
import type { DatagramAddress } from './udp/datagram.ts'

/**
 * What may stand between a program and its network: weather, in the lab and for whoever wants to see what players see.
 * Servers and clients take one as an option and know no more of it than this.
 */
export interface Air {
  /** Wraps a link in this air: what is sent over it and what comes over it passes through. */
  wrap(link: Link): Link
  /**
   * Carries a datagram to a peer or from one: calls `pass` with each copy that arrives, at once for one that is not
   * late, and not at all for one that is lost. The bytes may be reused at once.
   */
  carry(
    datagram: Uint8Array,
    peer: DatagramAddress,
    onward: { readonly way: 'in' | 'out'; readonly pass: (datagram: Uint8Array) => void },
  ): void
}
