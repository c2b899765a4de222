import type { News } from '../dialect/index.ts'
import { PacketWriter } from '../replication/index.ts'
import type { StateLane } from '../transport/index.ts'
import type { Session } from './session.ts'
import type { Tally } from './tally.ts'

const FRAME_BYTES_MAX = 65_536
/** Bytes of one payload on a lane for state, and how many of them one tick may send. */
const PAYLOAD_BYTES_MAX = 1100
const PAYLOADS_PER_TICK_MAX = 4

/** Sends what waits for a session: one frame, and on links with a lane for state that beside it. */
export class Outbox {
  readonly #tally: Tally
  readonly #frame = new PacketWriter(FRAME_BYTES_MAX)
  readonly #payload = new PacketWriter(PAYLOAD_BYTES_MAX)

  constructor(tally: Tally) {
    this.#tally = tally
  }

  /**
   * @param news what the view is told of the tick; undefined when only words wait
   * @returns whether the link took it
   */
  send({ conversation, link, flying }: Session, news: News | undefined): boolean {
    const frame = this.#frame
    frame.length = 0
    const lane = link.state
    if (conversation.write(frame, lane ? undefined : news)) {
      if (!link.send(frame.finish())) return false
      this.#tally.countOut(frame.length)
    }
    if (lane && news) this.#sendState({ conversation, flying }, lane, news)
    return true
  }

  /** State on a lane of its own: as many payloads as the tick needs and the path takes. */
  #sendState(
    { conversation, flying }: Pick<Session, 'conversation' | 'flying'>,
    lane: StateLane,
    news: News,
  ): void {
    const payload = this.#payload
    news.view.borne = lane.bytesPerSecond
    for (let count = 0; count < PAYLOADS_PER_TICK_MAX && !lane.isCrowded; count++) {
      payload.length = 0
      const number = conversation.writeState(payload, news)
      if (number === undefined) return
      const id = lane.send(payload.finish(), count > 0)
      if (id !== undefined) this.#tally.countOut(payload.length)
      if (id !== undefined && number > 0) flying.set(id, number)
      else if (number > 0) news.view.lost(number)
      if (number === 0) return
    }
  }
}

/** What became of a state payload: the view is told, so that what was lost is told again. */
export function settle({ view, flying }: Session, id: number, isAcknowledged: boolean): void {
  const number = flying.get(id)
  flying.delete(id)
  if (number === undefined) return
  if (isAcknowledged) view?.acknowledged(number)
  else view?.lost(number)
}
