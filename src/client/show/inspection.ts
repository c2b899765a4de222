import type { Instant } from '../../core/index.ts'
import type { NativeClient } from '../../dialect/native/index.ts'
import {
  describeTopic,
  type Expects,
  firstMismatch,
  type Ledger,
  StateMeter,
  type Trace,
} from '../../replication/index.ts'

/** One topic that a client follows. */
export interface InspectedTopic {
  /** "cell 17", "group 3", "world". */
  readonly name: string
  readonly entities: number
  /** The tick up to which its state is known: that of its last news. */
  readonly tick: number
}

/** The cost of one field of one kind on the wire. */
export interface InspectedField {
  /** The kind of entity; "-" for what belongs to no kind, such as heads and slots. */
  readonly kind: string
  readonly what: string
  readonly bytesPerSecond: number
  readonly timesPerSecond: number
}

/** The findings of an inspection since it was last read. */
export interface Findings {
  readonly seconds: number
  /** The newest tick received. */
  readonly tick: number
  /** The followed topics with entities or news, by name. */
  readonly topics: readonly InspectedTopic[]
  /** The fields of state, without the frames around it; the largest first. */
  readonly fields: readonly InspectedField[]
  readonly bytesPerSecond: number
  /** The last thousand reads of the traced entity, in order: field and bits. */
  readonly trace: readonly Trace[]
}

/**
 * Looks into what a client reads: topics and how far along they are, bytes by kind and field, the wire trace of one
 * entity. Counting begins when it is made and ends with `stop`; a client that is not inspected counts nothing.
 */
export class Inspection {
  readonly #native: NativeClient
  readonly #meter = new StateMeter()
  readonly #now: () => Instant
  #since: Instant

  constructor(native: NativeClient, now: () => Instant) {
    this.#native = native
    this.#now = now
    this.#since = now()
    native.meter = this.#meter
  }

  /** Traces one entity from here on; 0 for none. */
  trace(id: number): void {
    this.#meter.traced = id
    this.#meter.trace.length = 0
  }

  /** Returns the findings since the last read, and starts to count anew. */
  read(): Findings {
    const now = this.#now()
    const seconds = Math.max(0.001, (now - this.#since) / 1000)
    this.#since = now
    const { counts, bits } = this.#meter
    const fields = counts.map((count) => ({
      kind: count.kind === '' ? '-' : count.kind,
      what: count.what,
      bytesPerSecond: count.bits / 8 / seconds,
      timesPerSecond: count.times / seconds,
    }))
    this.#meter.clear()
    return {
      seconds,
      tick: this.#native.replica.tick,
      topics: this.#topics(),
      fields,
      bytesPerSecond: bits / 8 / seconds,
      trace: [...this.#meter.trace],
    }
  }

  /**
   * Compares all that is followed with what its author holds, in tests and where both ends are at hand.
   *
   * @param expects  whom the client has to hold of those; everybody when left out
   * @returns a sentence naming topic, entity and field; undefined when nothing differs
   */
  firstMismatch(author: Ledger, expects?: Expects): string | undefined {
    const { followed, ledger } = this.#native.replica
    for (const key of followed) {
      const found = firstMismatch(author, ledger, key, expects)
      if (found !== undefined) return found
    }
    return undefined
  }

  /** Stops counting. */
  stop(): void {
    this.#native.meter = undefined
  }

  #topics(): InspectedTopic[] {
    const { ledger, followed } = this.#native.replica
    const topics: InspectedTopic[] = []
    for (const key of followed) {
      const topic = ledger.topicByKey(key)
      if (topic === undefined) continue
      let entities = 0
      let tick = 0
      for (const chunk of topic.chunks) {
        entities += ledger.chunkCount[chunk]
        tick = Math.max(tick, ledger.chunkChanged[chunk])
      }
      topics.push({ name: describeTopic(key), entities, tick })
    }
    return topics.sort((a, b) => b.tick - a.tick || (a.name < b.name ? -1 : 1))
  }
}
