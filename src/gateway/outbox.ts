import type { News } from '../dialect/index.ts'
import { PacketWriter } from '../replication/index.ts'
import type { StateLane } from '../transport/index.ts'
import type { Connection } from './connection.ts'
import type { TrafficCounts } from './traffic-counts.ts'

const FRAME_BYTES_MAX = 65_536
/** The largest payload on a lane for state, in bytes, and the most payloads one tick may send. */
const PAYLOAD_BYTES_MAX = 1100
const PAYLOADS_PER_TICK_MAX = 4

/** Sends a player's queued messages as one frame, and state beside it on links with a lane for state. */
export class Outbox {
  /** Whether all messages leave in one frame: see `GatewaySwitches`. */
  isBatching = true
  readonly #traffic: TrafficCounts
  readonly #frame = new PacketWriter(FRAME_BYTES_MAX)
  readonly #payload = new PacketWriter(PAYLOAD_BYTES_MAX)

  constructor(traffic: TrafficCounts) {
    this.#traffic = traffic
  }

  /**
   * @param news the view's news of the tick; undefined when only messages are queued
   * @returns whether the link took it
   */
  send(connection: Connection, news: News | undefined): boolean {
    const { conversation, link } = connection
    const frame = this.#frame
    frame.length = 0
    const lane = link.state
    if (conversation.write(frame, lane ? undefined : news)) {
      connection.mayHold = true
      if (this.isBatching || conversation.split === undefined) {
        if (!link.send(frame.finish())) return false
        this.#traffic.countOut(frame.length)
      } else
        for (const part of conversation.split(frame.finish())) {
          if (!link.send(part)) return false
          this.#traffic.countOut(part.length)
        }
    }
    if (lane && news) this.#sendState(connection, lane, news)
    return true
  }

  /** Sends a piece of client content in a packet of its own. @returns whether the link took it */
  sendContent(connection: Connection, answer: Uint8Array): boolean {
    const { conversation, link } = connection
    const frame = this.#frame
    frame.length = 0
    if (!conversation.writeContent(frame, answer)) return false
    // A foreign dialect takes it, and sends what it makes of it itself.
    connection.mayHold = true
    if (frame.length === 0) return true
    if (!link.send(frame.finish())) return false
    this.#traffic.countOut(frame.length)
    return true
  }

  /** Sends state on its own lane: as many payloads as the tick needs and the path takes. */
  #sendState({ conversation, state }: Connection, lane: StateLane, news: News): void {
    if (state.is !== 'in') return
    const payload = this.#payload
    news.view.borne = lane.bytesPerSecond
    for (let count = 0; count < PAYLOADS_PER_TICK_MAX && !lane.isCrowded; count++) {
      payload.length = 0
      const number = conversation.writeState(payload, news)
      if (number === undefined) return
      const id = lane.send(payload.finish(), count > 0)
      if (id !== undefined) {
        this.#traffic.countOut(payload.length)
        state.session.leftAs(id)
      }
      if (id !== undefined && number > 0) state.flying.note(id, number)
      else if (number > 0) news.view.lost(number)
      if (number === 0) return
    }
  }
}
