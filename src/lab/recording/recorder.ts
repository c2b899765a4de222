import { type Author, Desk, PacketWriter, View, type ViewOptions } from '../../replication/index.ts'
import { RECORD_BYTES_MAX, recordHead, recordingHeader } from './format.ts'

/** How many ticks pass between two keyframes: ten seconds at 20 a second. */
const KEYFRAME_TICKS = 200

/** The view of a follower of the whole world, for whom nothing is too much. */
const EVERYTHING: Partial<ViewOptions> = {
  bytesPerSecond: 1e9,
  overheadBytes: 0,
  entitiesMax: Number.POSITIVE_INFINITY,
}

export interface RecorderOptions {
  /** Takes the bytes of the recording, in order. They are lent: write or copy them at once. */
  readonly write: (bytes: Uint8Array) => void
  readonly keyframeTicks?: number
}

/**
 * Writes down everything that a follower of the whole world would be told, hidden entities included: a view like
 * any other, whose packets go into a file.
 *
 *     const recorder = new Recorder(host.author, { write })
 *     after each tick: recorder.record(host.world.tick - 1)
 */
export class Recorder {
  readonly #author: Author
  readonly #write: (bytes: Uint8Array) => void
  readonly #keyframeTicks: number
  readonly #desk: Desk
  readonly #view: View
  readonly #packet = new PacketWriter(RECORD_BYTES_MAX)
  #tick = 0
  #keyframeAt = 0

  constructor(author: Author, { write, keyframeTicks = KEYFRAME_TICKS }: RecorderOptions) {
    this.#author = author
    this.#write = write
    this.#keyframeTicks = keyframeTicks
    this.#desk = new Desk(author)
    this.#view = new View(this.#desk, EVERYTHING)
    write(recordingHeader(author.ledger.game))
  }

  /** Records the world's state as of `tick`, which was published. Does nothing if that tick is recorded already. */
  record(tick: number): void {
    if (tick <= this.#tick) return
    this.#desk.begin(tick)
    const isKeyframe = tick >= this.#keyframeAt
    // The first keyframe has nothing before it to change.
    const isFirst = this.#tick === 0
    this.#tick = tick
    this.#follow(this.#view)
    const isNews = this.#compose(this.#view)
    if (isNews && !isFirst) this.#append(false)
    if (!isKeyframe) return
    const fresh = new View(this.#desk, EVERYTHING)
    this.#follow(fresh)
    if (this.#compose(fresh)) {
      this.#append(true)
      // Whoever begins here has nothing from before.
      this.#view.breakWithPast()
      this.#keyframeAt = tick + this.#keyframeTicks
    } else if (isFirst) this.#tick = 0
    fresh.close()
  }

  /** Makes a view follow every topic that exists, and no other. */
  #follow(view: View): void {
    const { ledger } = this.#author
    for (const { key } of ledger.topics) if (!view.extras.has(key)) view.follow(key)
    for (const key of view.extras) if (ledger.topicByKey(key) === undefined) view.unfollow(key)
  }

  #compose(view: View): boolean {
    this.#packet.length = 0
    return view.write(this.#packet) !== 0
  }

  #append(isKeyframe: boolean): void {
    const { length } = this.#packet
    this.#write(recordHead({ tick: this.#tick, isKeyframe, length }))
    this.#write(this.#packet.finish())
  }
}
