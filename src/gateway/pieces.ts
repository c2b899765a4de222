import type { ContentAnswer, ContentAsk, ContentIndex } from '../content/index.ts'
import { readMapDigest } from '../dialect/native/index.ts'

/** Content served by hash: its size, and parts of it. */
export interface Pieces extends ContentIndex {
  /** Reads the part that a serving asks for. It never rejects. */
  read(ask: ContentAsk): Promise<ContentAnswer>
}

/** Joins map pieces [N34] and client content, where there is any, into one source. */
export function piecesOfAll(
  maps: { find(hash: string): Uint8Array | undefined },
  content: Pieces | undefined,
): Pieces {
  const mapPiece = (sha256: string): Uint8Array | undefined => {
    const hash = readMapDigest(sha256)
    return hash === undefined ? undefined : maps.find(hash)
  }
  return {
    sizeOf: (sha256) => mapPiece(sha256)?.length ?? content?.sizeOf(sha256),
    async read(ask) {
      const { sha256, offset, length } = ask
      const piece = mapPiece(sha256)
      if (!piece) return content ? content.read(ask) : { is: 'gone', sha256 }
      const bytes = piece.subarray(offset, offset + length)
      return { is: 'piece', sha256, offset, total: piece.length, bytes }
    },
  }
}
