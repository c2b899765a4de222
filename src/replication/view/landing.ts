import { NEVER } from '../../core/index.ts'
import type { TopicKey } from '../ledger/topic.ts'
import type { Flight, Sent } from './flight.ts'
import type { Leaving } from './following.ts'
import type { Introductions } from './introductions.ts'
import {
  ACKED_UNTIL,
  BASE,
  BASE_BEFORE,
  FRESH,
  ONCE,
  type Progress,
  SENT_BEFORE,
  SENT_UNTIL,
  STRUCTURE_ACKED,
  STRUCTURE_SENT,
} from './progress.ts'

/** What a packet's fate changes. */
export interface Landed {
  readonly progress: Progress
  readonly leaving: Map<TopicKey, Leaving>
  readonly introductions: Introductions
  /** The number of the next packet. */
  readonly next: number
}

/** Settles the packets whose fate is known, in the order they were sent [T18]. */
export function land(flight: Flight, landed: Landed): void {
  for (let sent = flight.next(); sent !== undefined; sent = flight.next())
    if (sent.fate === 'lost') fallBack(sent, flight, landed)
    else advance(sent, landed)
}

function advance(sent: Sent, { progress, leaving }: Landed): void {
  for (let i = 0; i < sent.count; i++) {
    const { serial, from, to, isStructural } = sent.advance(i)
    const row = progress.find(serial)
    // What stands on more than is known to have arrived proves nothing.
    if (row < 0 || from > progress.get(ACKED_UNTIL, row)) continue
    progress.set(ACKED_UNTIL, row, Math.max(to, progress.get(ACKED_UNTIL, row)))
    if (sent.tick > progress.get(BASE, row)) {
      progress.set(BASE_BEFORE, row, progress.get(BASE, row))
      progress.set(BASE, row, sent.tick)
    }
    // A viewer of a circle that is to be told anew is told anew: this packet's holders are not the latest.
    if (!progress.isRound(row) || progress.get(SENT_UNTIL, row) !== NEVER)
      progress.set(SENT_UNTIL, row, Math.max(to, progress.get(SENT_UNTIL, row)))
    if (!isStructural) continue
    progress.set(STRUCTURE_ACKED, row, Math.max(sent.tick, progress.get(STRUCTURE_ACKED, row)))
    progress.set(STRUCTURE_SENT, row, Math.max(sent.tick, progress.get(STRUCTURE_SENT, row)))
  }
  for (const key of sent.unfollowed) {
    const left = leaving.get(key)
    // It may have been followed and left again since that packet.
    if (left && left.since <= sent.number) leaving.delete(key)
  }
}

function fallBack(sent: Sent, flight: Flight, { progress, introductions, next }: Landed): void {
  for (let i = 0; i < sent.count; i++) {
    const { serial } = sent.advance(i)
    const row = progress.find(serial)
    // Everything not known to have arrived was told again since that packet.
    if (row < 0 || sent.number < progress.get(FRESH, row)) continue
    if (flight.tellsAgain(serial, progress.get(ACKED_UNTIL, row))) continue
    // Whom a viewer of a circle holds is not known then: all of it is told anew.
    const isRound = progress.isRound(row)
    progress.set(SENT_UNTIL, row, isRound ? NEVER : progress.get(ACKED_UNTIL, row))
    progress.set(STRUCTURE_SENT, row, progress.get(STRUCTURE_ACKED, row))
    progress.set(SENT_BEFORE, row, ONCE)
    progress.set(FRESH, row, next)
  }
  for (const id of sent.statics) introductions.lost(id)
}
