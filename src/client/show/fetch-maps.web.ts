import { MapKeeper } from './map-keeper.ts'

/** The longest time that a piece may take, in milliseconds; and its largest size, in bytes. */
const PATIENCE_MS = 20_000
const PIECE_BYTES_MAX = 64 * 1024 * 1024

/**
 * Keeps maps as a server has them, from the pieces that it serves over HTTP [N33].
 *
 *     const maps = mapKeeper('ws://127.0.0.1:4000')
 *     const client = await connect(game, 'ws://127.0.0.1:4000', { name: 'Ada', map: maps.source })
 *
 * @param url  the server's address, as for `connect`: its pages are at the same host and port. A server that listens
 *   on tcp:// only has none
 */
export function mapKeeper(url: string): MapKeeper {
  const base = url
    .replace(/^wss:/, 'https:')
    .replace(/^(ws|udp):/, 'http:')
    .replace(/\/$/, '')
  return new MapKeeper(async (hash) => {
    const answer = await fetch(`${base}/maps/${hash}`, { signal: AbortSignal.timeout(PATIENCE_MS) })
    if (!answer.ok) throw new Error(`the server has no piece ${hash} (${answer.status}).`)
    if (Number(answer.headers.get('content-length') ?? 0) > PIECE_BYTES_MAX)
      throw new Error(`the piece ${hash} is too large.`)
    return new Uint8Array(await answer.arrayBuffer())
  })
}
