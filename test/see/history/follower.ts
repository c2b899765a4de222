import assert from 'node:assert/strict'
import type { Random } from '../../../src/core/index.ts'
import {
  Desk,
  digest,
  type Expects,
  firstMismatch,
  type Ledger,
  PacketReader,
  PacketWriter,
  Replica,
  type ResumeState,
  readResumeState,
  type Source,
  topicKey,
  View,
  type ViewOptions,
  writeResumeState,
} from '../../../src/replication/index.ts'
import { game } from './game.ts'

/**
 * What a network does to packets. Without `isLossy` they arrive in order, `delay` ticks late at most, or the
 * connection breaks.
 */
export interface Road {
  readonly isLossy: boolean
  readonly loss: number
  readonly repeat: number
  readonly reorder: number
  readonly delay: number
  /** Chance in each tick that the connection breaks, for some ticks. */
  readonly breaks: number
}

interface Flying {
  readonly number: number
  readonly tick: number
  readonly bytes: Uint8Array
  /** The round in which it arrives, or in which the sender learns that it never will. */
  readonly at: number
  readonly isLost: boolean
}

const WORLD = topicKey({ kind: 'world', id: 0 })

/** Somebody who follows a source over a road: a view at this end, a replica at the other. */
export class Follower {
  readonly desk: Desk
  view: View
  readonly replica: Replica
  /** How often a lost connection was taken up again, and how often it could not be. */
  resumed = 0
  restarted = 0
  readonly #road: Road
  readonly #options: Partial<ViewOptions>
  readonly #random: Random
  readonly #packet = new PacketWriter(1150)
  readonly #seen = new Set<number>()
  #flying: Flying[] = []
  #newest = 0
  #round = 0
  #brokenUntil = 0
  #lastArrival = 0
  #isQuiet = false

  constructor(source: Source, at: { road: Road; random: Random; options?: Partial<ViewOptions> }) {
    const { road, random, options } = at
    this.#road = road
    this.#random = random
    this.desk = new Desk(source)
    this.#options = { isLossy: road.isLossy, ...options }
    this.view = new View(this.desk, this.#options)
    this.view.follow(WORLD)
    const seen = this.#seen
    this.replica = new Replica(game, {
      entered: ({ id }) => assert.ok(!seen.has(id) && seen.add(id), `${id} entered twice`),
      changed: ({ id }) => assert.ok(seen.has(id), `${id} changed before it entered`),
      moved() {},
      left: ({ id }) => assert.ok(seen.delete(id), `${id} left before it entered`),
    })
  }

  /** From here on nothing goes wrong any more. */
  calm(): void {
    this.#isQuiet = true
    this.#brokenUntil = Math.min(this.#brokenUntil, this.#round + 1)
  }

  /** Tells what is new as of `tick`, if that is a new one, and delivers what is due. */
  step(tick: number): void {
    const random = this.#random
    this.#round++
    const isNew = tick > this.desk.changes.tick
    if (isNew) this.desk.begin(tick)
    if (this.#round < this.#brokenUntil) return
    if (this.#round === this.#brokenUntil) this.#reconnect()
    if (!this.#isQuiet && random.chance(this.#road.breaks)) {
      this.#brokenUntil = this.#round + random.integer(1, random.chance(0.2) ? 100 : 30)
      this.#flying = []
      return
    }
    for (let i = 0; isNew && i < 4 && !this.view.isPatient; i++) {
      this.#packet.length = 0
      const number = this.view.write(this.#packet)
      // Nothing to tell is told as well: time goes on.
      if (number > 0 || i === 0) this.#send(number, tick, this.#packet.finish().slice())
      if (number === 0) break
    }
    this.#deliver()
  }

  /** Nothing is missing, nothing is left over, and hashes agree at both ends. */
  assertEqualTo(author: Ledger, what: string, expects?: Expects): void {
    const { replica, view } = this
    const isRound = expects !== undefined
    const followed = new Set(view.topics.map(({ key }) => key))
    for (const key of new Set([...followed, ...replica.followed])) {
      assert.ok(followed.has(key), `${what}: topic ${key} is still followed`)
      const differs = firstMismatch(author, replica.ledger, key, expects)
      assert.equal(differs, undefined, `${what}: ${differs}`)
      if (!isRound || key % 4 > 0) assert.equal(digest(author, key), digest(replica.ledger, key), what)
    }
    for (const presence of replica.present.values()) {
      assert.ok(presence.isKnown && presence.index >= 0, `${what}: entity ${presence.id} is half known`)
      assert.ok(this.#seen.has(presence.id), what)
    }
    assert.equal(this.#seen.size, replica.present.size, what)
    for (const key of followed) this.#assertShown(author, key, what, key % 4 > 0 ? undefined : expects)
  }

  /** Every entity of a topic is there as an object with the published values. */
  #assertShown(author: Ledger, key: number, what: string, expects?: Expects): void {
    for (const chunk of author.topicByKey(key)?.chunks ?? [])
      for (let slot = 0; slot < 32; slot++) {
        const index = author.slots[chunk * 32 + slot]
        if (index < 0) continue
        const id = author.entityId[index]
        const presence = this.replica.present.get(id)
        if (expects?.(id) === false) assert.equal(presence, undefined, `${what}: entity ${id} is shown`)
        if (presence === undefined && expects !== undefined && expects(id) !== true) continue
        assert.ok(presence, `${what}: entity ${id} is not shown`)
        const table = author.tables[author.entityKind[index]]
        for (let f = 0; f < table.stride; f++) {
          const { name, field } = table.kind.fields[f]
          const units = table.units[author.entityRow[index] * table.stride + f]
          if (field.scalar)
            assert.equal(presence.entity[name], field.scalar.fromUnits(units), `${what}: ${id}.${name}`)
        }
      }
  }

  #send(number: number, tick: number, bytes: Uint8Array): void {
    const random = this.#random
    const { isLossy, loss, repeat, reorder, delay } = this.#road
    const at = this.#round + (this.#isQuiet ? 0 : random.integer(0, delay))
    if (!isLossy) {
      this.#lastArrival = Math.max(at, this.#lastArrival)
      this.#flying.push({ number, tick, bytes, at: this.#lastArrival, isLost: false })
      return
    }
    const isLost = !this.#isQuiet && random.chance(loss)
    const late = !this.#isQuiet && random.chance(reorder) ? random.integer(0, 4) : 0
    this.#flying.push({ number, tick, bytes, at: at + (isLost ? 4 : late), isLost })
    if (random.chance(repeat))
      this.#flying.push({ number, tick, bytes, at: this.#round + random.integer(1, 6), isLost: false })
  }

  #deliver(): void {
    const due = this.#flying.filter(({ at }) => at <= this.#round)
    this.#flying = this.#flying.filter(({ at }) => at > this.#round)
    for (const { number, tick, bytes, isLost } of due) {
      const isApplied = !isLost && this.#receive(number, tick, bytes)
      if (!this.#road.isLossy || number === 0) continue
      if (isApplied) this.view.acknowledged(number)
      else this.view.lost(number)
    }
  }

  /** @returns whether it may be acknowledged: what was overtaken is dropped */
  #receive(number: number, tick: number, bytes: Uint8Array): boolean {
    if (number === 0 ? tick < this.replica.tick : number <= this.#newest) return false
    if (number > 0) this.#newest = number
    const verdict = this.replica.receive(tick, bytes)
    assert.notEqual(verdict, 'broken')
    assert.ok(
      verdict === 'applied' || this.#road.isLossy,
      'a packet on a reliable link stood on what was lost',
    )
    return verdict === 'applied'
  }

  /** Comes back on another link: with what it has, or, having lost that, as somebody new. */
  #reconnect(): void {
    const random = this.#random
    const heard = random.chance(0.9) ? this.replica.resumeState(this.#road) : undefined
    // The server may have kept the view, or not.
    if (random.chance(0.5)) this.#renewView()
    if (heard && this.view.resume(sent(heard))) {
      this.resumed++
      return
    }
    this.restarted++
    this.replica.clear()
    this.view.restart()
  }

  /** Another view of the same things. */
  #renewView(): void {
    const before = this.view
    const { extras } = before
    before.close()
    this.view = new View(this.desk, this.#options)
    for (const key of extras) this.view.follow(key)
    this.#newest = 0
  }
}

/** What arrives of it at the other end. */
function sent(heard: ResumeState): ResumeState {
  const packet = new PacketWriter(8192)
  writeResumeState(packet, heard)
  const reader = new PacketReader().reset(packet.finish())
  const arrived = readResumeState(reader)
  assert.deepEqual(arrived, heard)
  assert.equal(reader.left, 0)
  return arrived as ResumeState
}
