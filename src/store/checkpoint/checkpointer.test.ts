import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { FOREVER, instant, OutsideError, Random } from '../../core/index.ts'
import { Checkpointing, openSqliteStore } from '../index.node.ts'
import { Checkpointer, type CheckpointWork, createMemoryStore, type Store } from '../index.ts'
import { population } from '../population.suite.ts'

/** A checkpointer of characters that stand where their number says. */
class Stage {
  readonly places = new Map<string, number>()
  readonly machine: Checkpointer
  now = instant(0)

  constructor(options: { batchMax?: number } = {}) {
    this.machine = new Checkpointer({
      everyMs: 5000,
      retryMs: 1000,
      ...options,
      read: (id) => ({
        map: 'meadow',
        position: [this.places.get(id) ?? 0],
        state: new Uint8Array(),
        at: this.now,
      }),
    })
  }

  enter(...ids: string[]): void {
    for (const id of ids) this.machine.receive({ is: 'entered', id, epoch: 1 }, this.now)
  }

  move(id: string, place: number): void {
    this.places.set(id, place)
    this.machine.receive({ is: 'changed', id }, this.now)
  }

  say(is: 'left' | 'lost', id: string): void {
    this.machine.receive({ is, id }, this.now)
  }

  saved(...stale: string[]): void {
    this.machine.receive({ is: 'saved', stale }, this.now)
  }

  /** Returns what it asks for at this moment: "save a=5 b=7". */
  at(now: number): string | undefined {
    this.now = instant(now)
    return told(this.machine.poll(this.now))
  }
}

function told(work: CheckpointWork | undefined): string | undefined {
  if (work === undefined) return undefined
  if (work.do === 'drop') return `drop ${work.ids.join(' ')}`
  const checkpoints = work.do === 'save' ? work.checkpoints : [work.checkpoint]
  return [work.do, ...checkpoints.map(({ id, position }) => `${id}=${position[0]}`)].join(' ')
}

test('what changed is saved once every five seconds, as it is then', () => {
  const stage = new Stage()
  stage.enter('a', 'b')
  assert.equal(stage.machine.wakeAt, FOREVER)
  stage.move('a', 1)
  stage.at(1000)
  stage.move('a', 2)
  stage.move('b', 7)
  assert.equal(stage.machine.wakeAt, 5000)
  assert.equal(stage.at(4999), undefined)
  assert.equal(stage.at(5000), 'save a=2')
  stage.saved()
  assert.equal(stage.machine.wakeAt, 6000)
  assert.equal(stage.at(6000), 'save b=7')
  stage.saved()
  assert.equal(stage.machine.wakeAt, FOREVER)
  assert.equal(stage.machine.unsaved, 0)
})

test('what changes while it is being saved is saved again in its time', () => {
  const stage = new Stage()
  stage.enter('a')
  stage.move('a', 1)
  assert.equal(stage.at(5000), 'save a=1')
  stage.move('a', 2)
  assert.equal(stage.at(20_000), undefined, 'one thing at a time')
  stage.saved()
  assert.equal(stage.at(20_020), 'save a=2')
})

test('a batch has no more than it may, and the next follows a pause after it is done', () => {
  const stage = new Stage({ batchMax: 2 })
  stage.enter('a', 'b', 'c')
  for (const id of ['a', 'b', 'c']) stage.move(id, 1)
  assert.equal(stage.at(5000), 'save a=1 b=1')
  assert.equal(stage.machine.unsaved, 3)
  stage.saved()
  assert.equal(stage.machine.wakeAt, 5020)
  assert.equal(stage.at(5019), undefined)
  assert.equal(stage.at(5020), 'save c=1')
})

test('who leaves is saved at once, as it was then, and first', () => {
  const stage = new Stage()
  stage.enter('a', 'b')
  stage.move('b', 1)
  stage.at(5000)
  stage.saved()
  stage.move('a', 3)
  stage.say('left', 'a')
  stage.places.set('a', 99)
  assert.equal(stage.at(5001), 'leave a=3')
  stage.saved()
  assert.equal(stage.at(50_000), undefined)
  stage.say('left', 'stranger')
  assert.equal(stage.at(50_000), undefined)
})

test('who is lost to another server is not saved, and who turns out to be lost is dropped', () => {
  const stage = new Stage()
  stage.enter('a', 'b', 'c')
  for (const id of ['a', 'b', 'c']) stage.move(id, 1)
  stage.say('lost', 'a')
  assert.equal(stage.at(5000), 'save b=1 c=1')
  stage.saved('b')
  assert.equal(stage.at(5000), 'drop b')
  stage.move('b', 2)
  stage.move('c', 2)
  assert.equal(stage.at(20_000), 'save c=2')
})

test('what failed is asked for again after a second, with what came since', () => {
  const stage = new Stage()
  stage.enter('a', 'b')
  stage.move('a', 1)
  assert.equal(stage.at(5000), 'save a=1')
  stage.move('a', 2)
  stage.machine.receive({ is: 'failed' }, instant(7000))
  assert.equal(stage.machine.wakeAt, 8000)
  assert.equal(stage.at(7999), undefined)
  assert.equal(stage.at(8000), 'save a=2')
  stage.saved()
  stage.say('left', 'a')
  assert.equal(stage.at(8001), 'leave a=2')
  stage.machine.receive({ is: 'failed' }, instant(8001))
  assert.equal(stage.at(9000), undefined)
  assert.equal(stage.at(9001), 'leave a=2')
})

test('flushing makes everything due', () => {
  const stage = new Stage({ batchMax: 2 })
  stage.enter('a', 'b', 'c')
  for (const id of ['a', 'b', 'c']) stage.move(id, 1)
  stage.machine.flush()
  assert.equal(stage.machine.wakeAt, 0)
  assert.equal(stage.at(10), 'save a=1 b=1')
  stage.saved()
  assert.equal(stage.at(10), 'save c=1')
  stage.saved()
  assert.equal(stage.machine.unsaved, 0)
})

test('a crash loses five seconds of a character at most, and the pauses of a round, however it moves and whatever fails', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const random = new Random(seed)
    const stage = new Stage({ batchMax: 3 })
    const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
    stage.enter(...ids)
    const kept = new Map<string, number>()
    /** When each character first changed after it was last kept. */
    const oldest = new Map<string, number>()
    let failedAt = Number.NEGATIVE_INFINITY
    for (let now = 0; now < 60_000; now += 10) {
      stage.now = instant(now)
      if (random.chance(0.05)) {
        const id = random.pick(ids)
        if (!oldest.has(id)) oldest.set(id, now)
        stage.move(id, now)
      }
      for (
        let work = stage.machine.poll(stage.now);
        work?.do === 'save';
        work = stage.machine.poll(stage.now)
      ) {
        if (random.chance(0.2)) {
          failedAt = now
          stage.machine.receive({ is: 'failed' }, stage.now)
          continue
        }
        for (const { id, position } of work.checkpoints) {
          kept.set(id, position[0])
          oldest.delete(id)
        }
        stage.saved()
      }
      if (now - failedAt <= 1100) continue
      for (const [id, since] of oldest) assert.ok(now - since <= 5000 + 3 * 20, `${id}, seed ${seed}`)
    }
    for (const id of ids)
      if (!oldest.has(id)) assert.equal(kept.get(id), stage.places.get(id), `seed ${seed}`)
  }
})

test('options that cannot be are the calling program’s mistake', () => {
  const read = () => ({ map: '', position: [], state: new Uint8Array(), at: 0 })
  for (const options of [
    { everyMs: 0 },
    { pauseMs: -1 },
    { retryMs: 0 },
    { batchMax: 0 },
    { batchMax: 10_001 },
  ]) {
    assert.throws(() => new Checkpointer({ ...options, read }), { code: 'store/bad-checkpointer' })
  }
})

/** Makes a character of a store that a server checkpoints. */
async function enterAda(store: Store): Promise<number> {
  await population(store)
  const entered = await store.characters.enter({ id: 'ada-1', server: 's1' })
  return entered.is === 'entered' ? entered.character.lease!.epoch : assert.fail()
}

test('closing saves what changed; a character that another took over is told of', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'shardless-checkpointing-'))
  const store = await openSqliteStore(join(folder, 'world.db'))
  const epoch = await enterAda(store)
  const lost: string[] = []
  let place = 1
  const read = () => ({ map: 'meadow', position: [place], state: new Uint8Array() })
  const first = new Checkpointing({ store, read, onLost: (id) => lost.push(id) })
  first.enter('ada-1', epoch)
  first.change('ada-1')
  place = 2
  assert.equal(first.unsaved, 1)
  assert.equal(await first.close(10_000), 0)
  assert.deepEqual((await store.characters.find('ada-1'))?.position, [2])

  const second = new Checkpointing({ store, read, onLost: (id) => lost.push(id) })
  second.enter('ada-1', epoch)
  await store.characters.enter({ id: 'ada-1', server: 's2' })
  place = 3
  second.change('ada-1')
  assert.equal(await second.close(10_000), 0)
  assert.deepEqual(lost, ['ada-1'])
  assert.deepEqual((await store.characters.find('ada-1'))?.position, [2])
  await store.close()
  rmSync(folder, { recursive: true })
})

test('leaving gives the lease back; a store that is away is asked again, and closing waits no longer than it may', async () => {
  let isAway = false
  const store = createMemoryStore({
    beforeStep() {
      if (isAway) throw new OutsideError('The disk is full.')
    },
  })
  const epoch = await enterAda(store)
  const troubles: string[] = []
  const read = () => ({ map: 'meadow', position: [5], state: new Uint8Array() })
  const saver = new Checkpointing({
    store,
    read,
    retryMs: 10,
    onLost: () => assert.fail(),
    onTrouble(trouble) {
      troubles.push(trouble)
      isAway = troubles.length < 3
    },
  })
  saver.enter('ada-1', epoch)
  isAway = true
  saver.leave('ada-1')
  assert.equal(await saver.close(10_000), 0)
  assert.deepEqual(troubles, Array(3).fill('The disk is full.'))
  const { lease, position } = (await store.characters.find('ada-1'))!
  assert.deepEqual([lease, position], [undefined, [5]])

  const again = await store.characters.enter({ id: 'ada-1', server: 's1' })
  assert.ok(again.is === 'entered')
  const hopeless = new Checkpointing({
    store,
    read,
    retryMs: 10,
    onLost: () => assert.fail(),
    onTrouble: () => {},
  })
  hopeless.enter('ada-1', again.character.lease!.epoch)
  hopeless.change('ada-1')
  isAway = true
  assert.equal(await hopeless.close(50), 1)
})
