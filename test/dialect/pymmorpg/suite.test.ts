/** The dialect of PYMMORPG keeps the rules of dialects. */
import { adapter } from '../../../docs/examples/text-dialect/dialect.ts'
import type { Instant } from '../../../src/core/index.ts'
import { type DialectPlayer, dialectSuite } from '../../../src/dialect/dialect.suite.ts'
import { pymmorpgDialect } from '../../../src/dialect/pymmorpg/index.ts'
import type { PickleValue } from '../../../src/pickle/index.ts'
import { framed, PickleClient, request, tuple } from './pickle-client.ts'

/** How often the client asks what there is to see, and walks on, in ms. */
const ASK_MS = 100

/** A client that asks for updates, and moves by offsets while it walks. */
function player(send: (bytes: Uint8Array) => void, hangUp: () => void): DialectPlayer {
  const client = new PickleClient(send)
  const refusals: string[] = []
  const entered: string[] = []
  const heard: string[] = []
  const replies: string[] = []
  const seen = new Map<string, { x: number; y: number }>()
  const moods = new Map<string, number>()
  let way = [0, 0]
  let isIn = false
  let isAsking = false
  let nextAt = 0
  const enter = (name: string, password: string): void =>
    client.ask(['login', name, password], ([answer, ...flags]) => {
      isIn = answer === true
      for (const flag of flags) if (String(flag).startsWith('refused:')) refusals.push(String(flag).slice(8))
    })
  const see = (viewables: PickleValue): void => {
    const before = new Set(seen.keys())
    seen.clear()
    for (const viewable of viewables as readonly ReadonlyMap<string, PickleValue>[]) {
      const name = viewable.get('name') as string
      const [x, y] = (viewable.get('pos') as ReturnType<typeof tuple>).items as number[]
      if (!before.has(name)) entered.push(`${name} ${x.toFixed(1)} ${y.toFixed(1)}`)
      seen.set(name, { x, y })
      moods.set(name, Number(viewable.get('visual')))
      for (const line of (viewable.get('says') ?? []) as string[]) heard.push(`${name}: ${line}`)
    }
  }
  return {
    receive: (bytes) => client.receive(bytes),
    advance(now: Instant) {
      if (!isIn || now < nextAt) return
      nextAt = now + ASK_MS
      if (!isAsking)
        client.ask(['update'], ([viewables]) => {
          isAsking = false
          see(viewables)
        })
      isAsking = true
      if (way[0] !== 0 || way[1] !== 0) client.ask(['move', tuple(way[0], way[1], 0)])
    },
    hello: (name) => enter(name, ''),
    login: enter,
    walk(east, north) {
      way = [east, north]
      client.ask(['move', tuple(0, 0, 0)])
      client.ask(['move', tuple(east, north, 0)])
    },
    say: (text) => client.ask(['edit', ['say', [text]]], ([answer]) => void replies.push(String(answer))),
    leave: hangUp,
    get isIn() {
      return isIn
    },
    ...{ refusals, entered, heard, replies, seen, moods },
  }
}

dialectSuite({
  dialect: pymmorpgDialect({ ...adapter, visual: ({ mood }) => BigInt(Number(mood)) }),
  carries: 'stream',
  // What is seen was true a tenth of a second ago.
  tolerance: 0.5,
  player,
  nonsense: [
    framed('abc'),
    framed(''),
    framed("cos\nsystem\n(S'true'\ntR."),
    framed('I1\n.'),
    request('fly', 'away'),
    Uint8Array.of(120),
  ],
  reply: (told) => (told.startsWith('sorry') ? 'false' : 'true'),
})
