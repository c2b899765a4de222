import { bytesEqual, Hash, Random } from '../src/core/index.ts'
import { assembleMap, cutMap, missingPieces, parseMap } from '../src/geometry/index.ts'

const INDEX = 'index.json'
const PIECE = '0-0.json'
const encoder = new TextEncoder()
const decoder = new TextDecoder()
/** Separates the index from its one piece. */
const SPLIT = '\0'

const dice = new Random(1)
const objects = Array.from({ length: 6 }, (_, id) => ({
  ...{ id, name: `n${id}`, x: dice.integer(0, 60), y: dice.integer(0, 60), width: 8, height: 8 },
  ...(id % 2 === 0 ? { ellipse: true } : { properties: [{ name: 'p', value: id }] }),
  ...(id === 5 ? { gid: 0x8000_0001, rotation: 20 } : {}),
}))
const { files } = cutMap(
  parseMap({
    ...{ orientation: 'orthogonal', width: 8, height: 8, tilewidth: 8, tileheight: 8 },
    tilesets: [{ firstgid: 1, name: 't', tilewidth: 8, tileheight: 8, tilecount: 1 }],
    layers: ['walls', 'decor'].map((name) => ({ name, type: 'objectgroup', objects })),
  }),
)

export const seeds: readonly Uint8Array[] = [
  encoder.encode(decoder.decode(files.get(INDEX)) + SPLIT + decoder.decode(files.get(PIECE))),
]

/** Puts files together: they are a map that is cut into the same files again, or are refused with a reason. */
export function fuzz(input: Uint8Array): void {
  const [head, ...rest] = decoder.decode(input).split(SPLIT)
  const piece = encoder.encode(rest.join(SPLIT))
  // The hash is put right, or nothing damaged would ever be read.
  const hash = new Hash().word(piece.length).bytes(piece).digest
  const index = encoder.encode(head.replace(/("0-0\.json":)"[^"]*"/, `$1"${hash}"`))
  const had = new Map([
    [INDEX, index],
    [PIECE, piece],
  ])
  const missing = missingPieces(index, had)
  const told = assembleMap(had)
  if (told.is === 'refused') {
    if (told.reason === '') throw new Error('It was refused without a reason.')
    return
  }
  if (missing.length > 0) throw new Error(`A map was made although ${missing.join()} is missing.`)
  const again = cutMap(told.map)
  const twice = assembleMap(again.files)
  if (twice.is === 'refused') throw new Error(`Cut again it is refused: ${twice.reason}`)
  const [one, other] = [again.files.get(INDEX), cutMap(twice.map).files.get(INDEX)]
  if (!one || !other || !bytesEqual(one, other))
    throw new Error('Cut and put together again it is another map.')
}
