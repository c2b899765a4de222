/** Both forms of the opcode dialect keep the rules of dialects. */
import { adapter } from '../../../docs/examples/text-dialect/dialect.ts'
import { type DialectPlayer, dialectSuite } from '../../../src/dialect/dialect.suite.ts'
import { opcodeDialect } from '../../../src/dialect/opcode/index.ts'
import { type FormName, OpcodeClient } from './client.ts'

/** Faster than their own 640, as the suite expects news within 300 ms. Both programs take it. */
const TICK_MS = 250
/** In metres: a villager walks half of one in a tick. */
const TILE = 1
/** Where everybody begins, in metres. */
const START = 128
/** How far ahead somebody clicks, in tiles, and how often. */
const AHEAD = 40
const AGAIN_MS = 3000

const villagers = {
  ...adapter,
  // Moods are told as the colour of hair.
  figure: (entity: Parameters<typeof adapter.figure>[0]) => {
    const figure = adapter.figure(entity)
    return figure && { ...figure, look: Number(entity.mood) }
  },
  // A browser's client tells no capitals, and the suite has a word that is not to be said.
  say: (words: string) => ({
    request: 'say' as const,
    body: { text: words === 'Nonsense' ? 'nonsense' : words },
  }),
}

const dialect = opcodeDialect(villagers, {
  tileMetres: TILE,
  metresPerSecond: 2,
  tickMs: TICK_MS,
  look: (look) => ({ sprites: [1, 2, 3], hair: look, top: 0, trousers: 0, skin: 0 }),
  answer: (_request, body) => String((body as { heardBy: number }).heardBy),
})

const codes: Record<number, string> = { 3: 'wrong', 7: 'wait', 14: 'full' }

function person(form: FormName, send: (bytes: Uint8Array) => void): DialectPlayer {
  const client = new OpcodeClient(form, send)
  let hadPassword = false
  let isIn = false
  const refusals: string[] = []
  let way = [0, 0]
  let again = Number.POSITIVE_INFINITY
  let now = 0
  let start: { column: number; row: number } | undefined
  const metres = (column: number, row: number, share: number) => ({
    x: (Math.round(START / TILE) + start!.column - column + share) * TILE,
    y: (Math.round(START / TILE) + start!.row - row + share) * TILE,
  })
  const step = (): void => {
    if (client.column < 0) client.walk(60 - AHEAD * way[0], 620 - AHEAD * way[1])
    else client.walk(client.column - AHEAD * way[0], client.row - AHEAD * way[1])
    again = way[0] === 0 && way[1] === 0 ? Number.POSITIVE_INFINITY : now + AGAIN_MS
  }
  return {
    receive(bytes) {
      client.receive(bytes)
      const answer = client.answers.at(-1)
      if (isIn || answer === undefined || (form === 'browser' && client.answers.length % 2 === 1)) return
      isIn = answer[0] === (form === 'desktop' ? 64 : 0)
      if (!isIn)
        refusals.push(answer[0] === 3 && !hadPassword ? 'name' : (codes[answer[0]] ?? String(answer[0])))
    },
    advance(at) {
      now = at
      if (client.column >= 0 && !start) start = { column: client.column, row: client.row }
      if (now >= again) step()
    },
    hello: (name) => client.login(name, ''),
    login(name, password) {
      hadPassword = true
      client.login(name, password)
    },
    walk(east, north) {
      way = [east, north]
      step()
    },
    say: (text) => client.chat(text),
    leave: () => client.logout(),
    get isIn() {
      return isIn
    },
    refusals,
    get seen() {
      const own =
        client.column < 0 ? [] : [{ index: client.ownIndex, column: client.column, row: client.row }]
      const seen = new Map<string, { x: number; y: number }>()
      if (start)
        for (const { index, column, row } of [...own, ...client.people])
          seen.set(client.nameOf(index), metres(column, row, 0.5))
      return seen
    },
    get entered() {
      const own = start ? [{ index: client.ownIndex, ...start }] : []
      return [...own, ...client.came].map(({ index, column, row }) => {
        const { x, y } = metres(column, row, 0)
        return `${client.nameOf(index)} ${x.toFixed(1)} ${y.toFixed(1)}`
      })
    },
    get moods() {
      return new Map([...client.looks.values()].map(({ name, hair }) => [name, hair]))
    },
    heard: client.said,
    get replies() {
      return client.messages.map((line) => (/^\d+$/.test(line) ? line : `sorry: ${line}`))
    },
  }
}

const nonsense: Record<FormName, number[][]> = {
  desktop: [
    [0, 0],
    [0, 1, 0],
    [0, 3, 2, 65, 10],
    [0, 1, 187],
    [0xff, 0xff],
  ],
  browser: [[1, 0], [2, 9, 0], [1, 2], [1, 187], [0]],
}

for (const form of ['desktop', 'browser'] as const)
  dialectSuite({
    dialect: { ...dialect, name: `opcode ${form}` },
    carries: 'stream',
    // Tiles, told once a tick of theirs; a step aslant is longer than a straight one.
    tolerance: 2,
    player: (send) => person(form, send),
    nonsense: nonsense[form].map((bytes) => Uint8Array.from(bytes)),
  })
