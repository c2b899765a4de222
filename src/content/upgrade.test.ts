import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, test } from 'node:test'
import { type Instant, instant, Random } from '../core/index.ts'
import { createManifest, manifestBytes } from './manifest.ts'
import { type ContentAnswer, type ContentAsk, readAnswer, readAsk, writeAnswer, writeAsk } from './message.ts'
import { ContentServing } from './serving.ts'
import { sha256 } from './sha256.node.ts'
import { type Partial, Upgrade, type UpgradeOutput } from './upgrade.ts'

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const noise = (length: number, seed: number): Uint8Array => {
  const dice = new Random(seed)
  return Uint8Array.from({ length }, () => dice.integer(0, 255))
}

/** A server's content, and a client that keeps what it gets; they talk in virtual time. */
class Stage {
  readonly blobs = new Map<string, Uint8Array>()
  readonly kept = new Map<string, number[]>()
  readonly log: string[] = []
  readonly version: string
  now = instant(0)
  asks = 0
  /** Changes an answer on its way. */
  way: (answer: ContentAnswer) => ContentAnswer | undefined = (answer) => answer

  constructor(files: Record<string, Uint8Array>) {
    const list = Object.entries(files).map(([path, bytes]) => ({
      path,
      size: bytes.length,
      sha256: digest(bytes),
    }))
    const manifest = createManifest(list, sha256)
    for (const bytes of [...Object.values(files), manifestBytes(manifest)])
      this.blobs.set(digest(bytes), bytes)
    this.version = manifest.version
  }

  upgrade(options: { have?: string[]; kept?: Map<string, Partial> } = {}): Upgrade {
    const { have = [], kept } = options
    return new Upgrade({ version: this.version, have, kept, sha256, pieceBytes: 100, asksMax: 4 }, this.now)
  }

  /** Returns what is kept so far, as a new process would find it. */
  left(): Map<string, Partial> {
    return new Map(
      [...this.kept].map(([key, bytes]) => {
        const hash = sha256()
        hash.update(Uint8Array.from(bytes))
        return [key, { length: bytes.length, hash }]
      }),
    )
  }

  /** Runs until the upgrade is done, or `asksMax` asks have been made. */
  run(upgrade: Upgrade, { asksMax = Infinity, bytesPerSecond = 1e9 } = {}): UpgradeOutput | undefined {
    const serving = new ContentServing(
      { index: { sizeOf: (key) => this.blobs.get(key)?.length }, bytesPerSecond },
      this.now,
    )
    for (let rounds = 0; rounds < 10_000; rounds++) {
      for (let out = upgrade.poll(this.now); out; out = upgrade.poll(this.now)) {
        if (out.do === 'place' || out.do === 'failed') return out
        if (out.do === 'ask') {
          if (this.asks++ >= asksMax) return undefined
          serving.receive(readAsk(writeAsk(out.ask)) as ContentAsk)
        } else this.#keep(out)
      }
      for (let out = serving.poll(this.now); out; out = serving.poll(this.now)) {
        const answer = out.do === 'send' ? out.answer : this.#read(out.ask, out.total)
        const arrived = this.way(readAnswer(writeAnswer(answer)) as ContentAnswer)
        if (arrived) upgrade.receive(arrived, this.now)
      }
      const next = Math.min(upgrade.wakeAt, serving.wakeAt)
      assert.ok(next < Infinity, 'nobody waits for anything')
      this.now = Math.max(this.now, next) as Instant
    }
    throw new Error('It does not end.')
  }

  #read({ sha256: key, offset, length }: ContentAsk, total: number): ContentAnswer {
    const bytes = this.blobs.get(key)!.subarray(offset, offset + length)
    return { is: 'piece', sha256: key, offset, total, bytes }
  }

  #keep(out: UpgradeOutput): void {
    if (out.do === 'discard') {
      this.kept.delete(out.sha256)
      this.log.push('discard')
    } else if (out.do === 'keep') {
      const bytes = this.kept.get(out.sha256) ?? []
      assert.equal(out.offset, bytes.length)
      bytes.push(...out.bytes)
      this.kept.set(out.sha256, bytes)
    }
  }

  isComplete(): boolean {
    return [...this.blobs].every(
      ([key, bytes]) =>
        key === this.version ||
        bytes.length === 0 ||
        Buffer.from(bytes).equals(Uint8Array.from(this.kept.get(key) ?? [])),
    )
  }
}

const files = {
  'a.bin': noise(1, 1),
  'b.bin': noise(250, 2),
  'c.bin': noise(100, 3),
  'd/e.bin': new Uint8Array(0),
}

describe('[U11] an upgrade', () => {
  test('fetches the manifest and every file, piece by piece, and then says: place', () => {
    const stage = new Stage(files)
    const out = stage.run(stage.upgrade())
    assert.equal(out?.do, 'place')
    assert.ok(stage.isComplete())
  })

  test('fetches only what is not there yet', () => {
    const stage = new Stage(files)
    const have = [digest(files['b.bin']), digest(files['a.bin'])]
    const upgrade = stage.upgrade({ have })
    assert.equal(stage.run(upgrade)?.do, 'place')
    assert.deepEqual([...stage.kept.keys()], [digest(files['c.bin'])])
    assert.deepEqual(upgrade.progress, { bytes: 100, bytesTotal: 100 })
  })

  test('interrupted after any ask, goes on where it stopped and fetches no byte twice', () => {
    const whole = new Stage(files)
    whole.run(whole.upgrade())
    for (let asksMax = 0; asksMax <= whole.asks; asksMax++) {
      const stage = new Stage(files)
      stage.run(stage.upgrade(), { asksMax })
      const before = [...stage.kept.values()].flat().length
      const again = stage.upgrade({ kept: stage.left() })
      assert.equal(stage.run(again)?.do, 'place')
      assert.ok(stage.isComplete())
      assert.equal([...stage.kept.values()].flat().length - before, 351 - before)
      assert.deepEqual(stage.log, [])
    }
  })

  test('what was kept and is torn, or too long, is thrown away and fetched anew', () => {
    for (const left of [noise(120, 9), noise(250, 9), noise(251, 9)]) {
      const stage = new Stage(files)
      stage.kept.set(digest(files['b.bin']), [...left])
      assert.equal(stage.run(stage.upgrade({ kept: stage.left() }))?.do, 'place')
      assert.deepEqual(stage.log, ['discard'])
      assert.ok(stage.isComplete())
    }
  })

  test('a file or a manifest that is not what its hash says ends it at the second try', () => {
    for (const target of ['b.bin', 'manifest']) {
      const stage = new Stage(files)
      const key = target === 'manifest' ? stage.version : digest(files['b.bin'])
      stage.blobs.set(
        key,
        stage.blobs.get(key)!.map((byte) => byte ^ 1),
      )
      const out = stage.run(stage.upgrade())
      assert.equal(
        out?.do === 'failed' && out.reason,
        'What the server sends is not what its hash says; nothing was changed.',
      )
    }
  })

  test('a manifest with a path that leaves the folder ends it, though its hash is right', () => {
    const stage = new Stage(files)
    const bytes = new TextEncoder().encode(
      JSON.stringify({ format: 1, files: [{ path: '../evil', size: 1, sha256: digest(files['a.bin']) }] }),
    )
    const version = digest(bytes)
    stage.blobs.set(version, bytes)
    const upgrade = new Upgrade({ version, have: [], sha256 }, stage.now)
    const out = stage.run(upgrade)
    assert.match(out?.do === 'failed' ? out.reason : '', /begins with a dot/)
  })

  test('content that the server has no more ends it', () => {
    const stage = new Stage(files)
    stage.blobs.delete(digest(files['c.bin']))
    const out = stage.run(stage.upgrade())
    assert.match(out?.do === 'failed' ? out.reason : '', /has other content by now/)
  })

  test('pieces that are lost, repeated, cut short or of something else do no harm', () => {
    for (let seed = 1; seed <= 50; seed++) {
      const stage = new Stage(files)
      const dice = new Random(seed)
      let last: ContentAnswer | undefined
      stage.way = (answer) => {
        if (dice.chance(0.1)) return undefined
        if (dice.chance(0.05) && last) return last
        last = answer
        if (answer.is === 'piece' && dice.chance(0.05)) return { ...answer, bytes: answer.bytes.subarray(1) }
        if (answer.is === 'piece' && answer.sha256 !== stage.version && dice.chance(0.05))
          return { ...answer, total: answer.total + 1 }
        if (dice.chance(0.05)) return { is: 'gone', sha256: digest(noise(3, seed)) }
        return answer
      }
      assert.equal(stage.run(stage.upgrade())?.do, 'place', `seed ${seed}`)
      assert.ok(stage.isComplete(), `seed ${seed}`)
    }
  })

  test('an ask that is known to have come to nothing is made again after a second', () => {
    const stage = new Stage(files)
    const upgrade = stage.upgrade()
    const ask = { sha256: stage.version, offset: 0, length: 100 }
    assert.deepEqual(upgrade.poll(instant(0)), { do: 'ask', ask })
    upgrade.lost({ ...ask, offset: 100 }, instant(10))
    assert.equal(upgrade.wakeAt, 5000)
    upgrade.lost(ask, instant(10))
    assert.equal(upgrade.wakeAt, 1010)
    assert.equal(upgrade.poll(instant(1009)), undefined)
    assert.deepEqual(upgrade.poll(instant(1010)), { do: 'ask', ask })
  })

  test('a server that is silent is asked six times, five seconds apart, and given up', () => {
    const stage = new Stage(files)
    stage.way = () => undefined
    const out = stage.run(stage.upgrade())
    assert.equal(out?.do === 'failed' && out.reason, 'The server does not answer any more.')
    assert.equal(stage.asks, 6)
    assert.equal(stage.now, 30_000)
  })
})

describe('[U12] a server', () => {
  test('sends a client so many bytes a second and no more', () => {
    const stage = new Stage({ 'a.bin': noise(5000, 1) })
    stage.run(stage.upgrade(), { bytesPerSecond: 1000 })
    const bytes = 5000 + stage.blobs.get(stage.version)!.length
    assert.ok(stage.now >= bytes - 100 && stage.now <= bytes + 100, `${stage.now} ms`)
  })

  test('keeps 32 asks of a client and drops the rest, and those beyond the end', () => {
    const key = 'a'.repeat(64)
    const serving = new ContentServing({ index: { sizeOf: () => 100 } }, instant(0))
    for (let i = 0; i < 40; i++) serving.receive({ sha256: key, offset: 100, length: 1 })
    assert.equal(serving.poll(instant(0)), undefined)
    assert.deepEqual(serving.dropped.snapshot(), { 'too-many': 8, 'out-of-range': 32 })
    assert.equal(serving.wakeAt, Infinity)
    serving.receive({ sha256: key, offset: 90, length: 50 })
    assert.deepEqual(serving.poll(instant(0)), {
      do: 'read',
      ask: { sha256: key, offset: 90, length: 10 },
      total: 100,
    })
  })
})
