import type { Carriage } from '../core/index.ts'

/** The facts about a scheme, for listening and for calling. */
export interface SchemeRules {
  readonly carries: readonly Carriage[]
  /**
   * For schemes of the web: their port is shared with pages, their addresses have a path, and to connect they may
   * leave out this port.
   */
  readonly webPort?: number
  /** Whether the listener shows a certificate. */
  readonly isSecure?: boolean
}

/** Schemes by name: a table that may be longer elsewhere. */
export type Schemes = Readonly<Record<string, SchemeRules>>

/**
 * The schemes. Packets over tcp:// are framed as docs/spec/link.md says, and those over udp:// sealed; streams and
 * datagrams are bare.
 */
export const schemes: Schemes = {
  ws: { carries: ['packets', 'stream'], webPort: 80 },
  wss: { carries: ['packets', 'stream'], webPort: 443, isSecure: true },
  tcp: { carries: ['packets', 'stream'] },
  udp: { carries: ['packets', 'datagrams'] },
}
