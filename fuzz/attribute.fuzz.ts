import { AttributeBook, attributeAnswers, attributeRequests } from '../src/play/index.ts'
import { bool, choice, decode, encode, float64, integer, quantized, text } from '../src/wire/index.ts'
import { type AttributeValue, attribute } from '../src/world/index.ts'

/**
 * Requests for attributes: the first byte says which, the rest is its body. Whatever is asked, nothing may throw, a
 * refusal changes nothing, what is kept stays within its bounds, and the reply can be sent.
 */
const declared = {
  strength: attribute({ type: integer({ min: 0, max: 100 }), readers: 'near', writers: 'near' }),
  warmth: attribute({ type: quantized({ min: 0, max: 1, step: 1 / 8 }), writers: 'owner' }),
  height: attribute({ type: float64(), writers: 'owner' }),
  title: attribute({ type: text({ bytesMax: 16 }), writers: ['owner', 'staff'] }),
  mood: attribute({ type: choice(['calm', 'angry']), writers: 'owner' }),
  isBanned: attribute({ type: bool(), readers: 'staff' }),
}
const requests = attributeRequests()
const NAMES = ['getAttribute', 'setAttribute', 'editAttributes'] as const

const people = [1, 2].map((id) => ({ id, position: { x: id, y: 0 } }))
const world = {
  tick: 1,
  get: (id: number) => people.find((one) => one.id === id),
  isRestricted: ({ id }: { id: number }) => id === 2,
}

export const seeds: Uint8Array[] = [
  ...Object.keys(declared).map((name) => behind(0, encode(requests.getAttribute.ask, { of: 0, name }))),
  ...([50, -1, 'Sir', 'angry', true] as AttributeValue[]).flatMap((value) =>
    Object.keys(declared).map((name) => behind(1, encode(requests.setAttribute.ask, { of: 1, name, value }))),
  ),
  behind(
    2,
    encode(requests.editAttributes.ask, {
      of: 1,
      edits: [
        { name: 'strength', by: 5 },
        { name: 'warmth', by: 0.5 },
        { name: 'height', by: 1e300 },
      ],
    }),
  ),
]

export function fuzz(input: Uint8Array): void {
  if (input.length === 0) return
  const book = new AttributeBook(declared)
  for (const one of people) book.add(one)
  const answers = attributeAnswers(book)
  const name = NAMES[input[0] % NAMES.length]
  const ask = decode(requests[name].ask as never, input.subarray(1))
  if (ask === undefined) return
  const before = JSON.stringify(people.map((one) => book.of(one)?.record()))
  const reply = answers[name]({ world, player: { id: 1, entity: people[0] }, ask: ask as never })
  encode(requests[name].reply as never, reply as never)
  const after = people.map((one) => book.of(one)?.record())
  if ((reply.refusal || name === 'getAttribute') && JSON.stringify(after) !== before)
    throw new Error(`${before} became ${JSON.stringify(after)} by what was refused`)
  // What is kept can be read back: it is within its bounds.
  for (const [i, one] of people.entries()) book.add(one, JSON.parse(JSON.stringify(after[i])))
}

function behind(head: number, bytes: Uint8Array): Uint8Array {
  return Uint8Array.of(head, ...bytes)
}
