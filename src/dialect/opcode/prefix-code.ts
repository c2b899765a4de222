/**
 * The code in which desktop clients pack their chat: each byte has a code of its own length, and takes, in the order
 * of the bytes, the lowest free piece of the code space that is aligned to its size. The most frequent letters are the
 * shortest.
 *
 * Source: measured on the program; `README.md` [OP21].
 */

/** How many bits the code of each byte has, from 0 to 255, as runs: "22*6" are six of 22 bits. */
const LENGTHS = `22*6 21 22*2 20 22*3 21 22*18 3 8 22 16 22 16 17 7 13*3 16 7 10 6 16 10 11 12*4 13*2 14*2 11 14 19
  15 17 8 11 9 10*4 11 10 9 7 12 11 10*2 9 10*2 12 10 9 8 12*2 9 14 8 12 17 16 17 22 13 21 4 7 6 5 3 6*2 5 4 10 7 5 6
  4*2 6 10 5 4*2 5 7 6 10 6 10 22 19 22 14 22*120 21 22 21 22*3 21 22*2`

const SPACE_BITS = 22

interface Code {
  readonly length: number
  readonly bits: number
}

const codes: readonly Code[] = allocate(lengthsOf(LENGTHS))

/** A tree of the codes: the node after a 0 and after a 1; a leaf is the byte, as a negative number less one. */
const tree: [number, number][] = [[0, 0]]
for (const [byte, { length, bits }] of codes.entries()) {
  let node = 0
  for (let bit = length - 1; bit >= 0; bit--) {
    const side = (bits >> bit) & 1
    if (bit === 0) tree[node][side] = -1 - byte
    else if (tree[node][side] === 0) tree[node][side] = tree.push([0, 0]) - 1
    node = tree[node][side]
  }
}

/**
 * Unpacks a text of `count` bytes.
 *
 * @returns undefined where the packed bytes end before it
 */
export function unpack(packed: Uint8Array, count: number): Uint8Array | undefined {
  const bytes = new Uint8Array(count)
  let node = 0
  let at = 0
  for (let bit = 0; at < count; bit++) {
    if (bit >> 3 >= packed.length) return undefined
    node = tree[node][(packed[bit >> 3] >> (7 - (bit & 7))) & 1]
    if (node === 0) return undefined
    if (node > 0) continue
    bytes[at++] = -1 - node
    node = 0
  }
  return bytes
}

/** Packs bytes; the last byte is filled with zeros. */
export function pack(bytes: Uint8Array): Uint8Array {
  let length = 0
  for (const byte of bytes) length += codes[byte].length
  const packed = new Uint8Array((length + 7) >> 3)
  let at = 0
  for (const byte of bytes) {
    const code = codes[byte]
    for (let bit = code.length - 1; bit >= 0; bit--, at++)
      packed[at >> 3] |= ((code.bits >> bit) & 1) << (7 - (at & 7))
  }
  return packed
}

function lengthsOf(runs: string): number[] {
  return runs.split(/\s+/).flatMap((run) => {
    const [length, times = 1] = run.split('*').map(Number)
    return Array.from({ length: times }, () => length)
  })
}

/** Gives each byte the lowest free aligned piece of the code space. */
function allocate(lengths: readonly number[]): Code[] {
  /** The free pieces, in order: where each begins, and how many bits its size is short of the whole space. */
  const free = [{ start: 0, length: 0 }]
  return lengths.map((length) => {
    const at = free.findIndex((piece) => piece.length <= length)
    const piece = free[at]
    // What is left of a larger piece are its upper halves.
    const rest = []
    for (let part = length; part > piece.length; part--)
      rest.push({ start: piece.start + (1 << (SPACE_BITS - part)), length: part })
    free.splice(at, 1, ...rest)
    return { length, bits: piece.start >> (SPACE_BITS - length) }
  })
}
