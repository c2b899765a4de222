import type { Dialect, Risk } from '../dialect/index.ts'
import type { Limits } from '../gateway/index.ts'
import type { Store } from '../store/index.ts'
import type { Air } from '../transport/index.ts'
import type { CertificateFiles } from '../web/index.node.ts'
import type { AdminOptions } from './admin/admin-listener.node.ts'

export const DEFAULT_LISTEN = 'ws://127.0.0.1:4000'

export interface ServeOptions {
  /**
   * Names where to listen: any mix of ws://, wss://, tcp:// and udp://; "ws://127.0.0.1:4000" when left out. Pages
   * come from the port of WebSocket; connect tokens for UDP come over HTTP from the UDP listener's own port.
   */
  readonly listen?: readonly string[]
  /** Adds dialects to our own. A listener names one, as in "text+tcp://127.0.0.1:4100". */
  readonly dialects?: readonly Dialect[]
  /** Lists the risks of dialects that the operator accepts where strangers can connect. None when left out. */
  readonly acceptRisks?: readonly Risk[]
  /**
   * Gives the certificate of wss:// listeners and of connect tokens for UDP, which then come over HTTPS only. The
   * server reads renewed files by itself.
   */
  readonly tls?: CertificateFiles
  /**
   * Lists the addresses that clients are told to connect to when the server stands behind a proxy, such as
   * "wss://town.example:443". The addresses of the listeners when left out.
   */
  readonly publicUrls?: readonly string[]
  readonly limits?: Partial<Limits>
  /** Lists the proxies whose X-Forwarded-For is trusted: addresses and networks. None when left out. */
  readonly trustedProxies?: readonly string[]
  /**
   * Says where clients reach udp:// listeners when it is not the address they ask for a token, by number:
   * "203.0.113.7:4000".
   */
  readonly publicAddress?: string
  /** Lists the origins whose pages may connect, as browsers name them. Any when left out. */
  readonly origins?: readonly string[]
  /**
   * Turns watching on: the server reads each map of `loadMap` again when its file is written and puts it under the
   * players. It calls this with one sentence about the outcome; a broken file changes nothing.
   */
  readonly watch?: (sentence: string) => void
  /** Seeds the world's dice. The system chooses when left out. */
  readonly seed?: number
  /**
   * Says at which share of the heap's limit, in use after a full collection, the server tells its players, saves their
   * characters and ends its process: a little later V8 would end it at once. 0.75 when left out; 1 for never.
   */
  readonly heapShareMax?: number
  /** Stands between the server and its network, as the lab's weather does. Nothing when left out. */
  readonly air?: Air
  /**
   * Says where a game with accounts keeps them: an open store, "postgres://...", "memory:", or a SQLite file;
   * "shardless.db" in the working folder when left out. A game without accounts keeps nothing.
   */
  readonly store?: Store | string
  /** Opens the operator's console to whoever knows a token, at an address of its own. Nowhere when left out. */
  readonly admin?: AdminOptions
  /** What the console's `quit` does; `close` of the server when left out. */
  readonly quit?: () => void
}
