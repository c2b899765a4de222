import { SnapshotInterpolation } from '@geckos.io/snapshot-interpolation'
import type { Link, MemoryNetwork, MemoryOptions } from '../../src/transport/index.ts'
import { TICKS_PER_SECOND } from './game.ts'
import type { Eye } from './seen.ts'
import type { Truth } from './truth.ts'

/** The time that the library sees in place of the wall clock's. */
let nowMs = 0
SnapshotInterpolation.Now = () => nowMs
const TICK_MS = 1000 / TICKS_PER_SECOND
const BUFFER_MS = 100
/** The size of a snapshot: twenty people, id and two places each. */
const SNAPSHOT_BYTES = 200
/** Where its time begins: the library takes small numbers for shares, so far from zero. */
const EPOCH_MS = 1_000_000

/**
 * Plain snapshot interpolation: a snapshot of everybody each tick, shown 100 ms late. Its packets go through the
 * same weather with the same dice as ours; places are told exactly.
 */
export class Rival {
  readonly #library: SnapshotInterpolation
  readonly #server: Link
  readonly #bytes = new Uint8Array(SNAPSHOT_BYTES)
  readonly #others = new Map<number, { id: number; position: { x: number; y: number } }>()
  #isBegun = false

  /**
   * @param network  carries its snapshots, through `air`
   * @param air      `correctsClock`: whether a snapshot that is 50 ms early or late sets its clock, as the library does
   *                 by default; else the first one does, once
   */
  constructor(
    network: MemoryNetwork,
    truth: Truth,
    { correctsClock, ...air }: Partial<MemoryOptions> & { readonly correctsClock: boolean },
  ) {
    this.#library = new SnapshotInterpolation(undefined, { autoCorrectTimeOffset: correctsClock })
    this.#library.interpolationBuffer.set(BUFFER_MS)
    const { server, client } = network.pair(air)
    this.#server = server
    const receive = (packet: Uint8Array): void =>
      this.#receive(new DataView(packet.buffer, packet.byteOffset).getUint32(0), network.now, truth)
    server.open({ receive() {}, closed() {} })
    client.open({ receive, closed() {} })
  }

  /** Sends a tick as the server. */
  send(tick: number): void {
    new DataView(this.#bytes.buffer).setUint32(0, tick)
    this.#server.send(this.#bytes)
  }

  #receive(tick: number, now: number, truth: Truth): void {
    this.#isBegun = true
    nowMs = EPOCH_MS + now
    this.#library.snapshot.add({ id: `${tick}`, time: EPOCH_MS + tick * TICK_MS, state: [...truth.at(tick)] })
  }

  /** Shows a picture to everyone but its own viewer. */
  show(eye: Eye, own: number, picture: { now: number; truth: Truth; frameMs: number }): void {
    const { now, truth, frameMs } = picture
    if (!this.#isBegun) return
    nowMs = EPOCH_MS + now
    // Where it has nothing between two snapshots, whatever was shown stays.
    for (const { id, x, y } of (this.#library.calcInterpolation('x y')?.state ?? []) as Iterable<Shown>)
      if (Number(id) !== own) this.#others.set(Number(id), { id: Number(id), position: { x, y } })
    const shownMs = now - this.#library.timeOffset - BUFFER_MS
    const delayMs = now - shownMs
    eye.show(this.#others.values(), { truth, tick: shownMs / TICK_MS, delayMs, frameMs })
  }
}

interface Shown {
  readonly id: string
  readonly x: number
  readonly y: number
}
