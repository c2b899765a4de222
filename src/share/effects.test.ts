import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Up } from '../region/message/index.ts'
import { integer, record, text } from '../wire/index.ts'
import {
  type AnyEntity,
  defineGame,
  EntityState,
  entity,
  type Kind,
  motion,
  type Resident,
} from '../world/index.ts'
import type { CutMap } from './cut-map.ts'
import { Effects } from './effects.ts'
import { EntityCodec } from './entity-codec.ts'
import type { GhostFeed } from './ghost-feed.ts'

const game = defineGame({
  name: 'boards',
  version: '1',
  map: { width: 64, height: 64, cellSize: 16 },
  player: 'board',
  entities: {
    board: entity({
      position: motion({ tolerance: 1 / 32, speedMax: 8 }),
      words: text({ bytesMax: 8000 }),
      marks: integer({ min: 0, max: 9 }),
    }),
  },
  command: record({}),
  step() {},
})

test('[K20] what is written into a ghost goes to its region up to 4 KB; more is dropped, and counted', () => {
  const kind = game.kindByName.get('board') as unknown as Kind
  const board = { id: 3, kind: 'board', position: { x: 9, y: 9 }, words: '', marks: 1 } as AnyEntity
  const ghost = { entity: board, kind } as unknown as Resident
  const sent: (Up & { is: 'affect' })[] = []
  const told = new EntityState(kind).take(board)
  const feed = {
    syncedOf: () => told,
    ask: (_id: number, message: Up & { is: 'affect' }) => {
      sent.push(message)
      return true
    },
  } as unknown as GhostFeed
  const effects = new Effects(new EntityCodec(game), feed)
  const map = { instance: { id: 1, world: { ghostSlots: [ghost] } } } as unknown as CutMap
  /** What it takes besides the words: which fields are there, and how long they are. */
  const BESIDE = 2
  for (const length of [4096 - BESIDE, 4096 - BESIDE + 1]) {
    board.words = 'x'.repeat(length)
    effects.send([map])
  }
  assert.deepEqual(
    sent.map(({ what, fields }) => [what, fields.length]),
    [['change', 4096]],
  )
  assert.deepEqual(effects.counts, { sent: 1, done: 0, dropped: 1 })
})

test('[K20] an amount is changed by as much as it was; of what a game says to be no amount the later write stands', () => {
  const game = defineGame({
    name: 'gates',
    version: '1',
    map: { width: 64, height: 64, cellSize: 16 },
    player: 'gate',
    entities: {
      gate: entity({
        position: motion({ tolerance: 1 / 32, speedMax: 8 }),
        toll: integer({ min: 0, max: 9 }),
        phase: integer({ min: 0, max: 9, isAmount: false }),
      }),
    },
    command: record({}),
    step() {},
  })
  const kind = game.kindByName.get('gate') as unknown as Kind
  const codec = new EntityCodec(game as never)
  const before = { id: 3, kind: 'gate', position: { x: 9, y: 9 }, toll: 1, phase: 1 } as AnyEntity
  const changes = codec.changes(kind, { ...before, toll: 2, phase: 2 }, before)
  const real = { ...before, toll: 2, phase: 2 }
  assert.equal(codec.giveChanges(kind, real, changes as Uint8Array), true)
  assert.deepEqual([real.toll, real.phase], [3, 2])
})
