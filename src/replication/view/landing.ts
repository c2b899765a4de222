import type { TopicKey } from '../ledger/topic.ts'
import type { Flight, Sent } from './flight.ts'
import type { Leaving } from './following.ts'
import type { Introductions } from './introductions.ts'
import {
  FRESH,
  ONCE,
  type Progress,
  STRUCTURE_SURE,
  STRUCTURE_TOLD,
  SURE,
  TOLD,
  TOLD_BEFORE,
} from './progress.ts'

/** What a packet's fate changes. */
export interface Landed {
  readonly progress: Progress
  readonly leaving: Map<TopicKey, Leaving>
  readonly introductions: Introductions
  /** The number of the next packet. */
  readonly next: number
}

/** Works off the packets whose fate is known, in the order they were sent [T18]. */
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
    if (row < 0 || from > progress.get(SURE, row)) continue
    progress.set(SURE, row, Math.max(to, progress.get(SURE, row)))
    progress.set(TOLD, row, Math.max(to, progress.get(TOLD, row)))
    if (!isStructural) continue
    progress.set(STRUCTURE_SURE, row, Math.max(sent.tick, progress.get(STRUCTURE_SURE, row)))
    progress.set(STRUCTURE_TOLD, row, Math.max(sent.tick, progress.get(STRUCTURE_TOLD, row)))
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
    if (flight.tellsAgain(serial, progress.get(SURE, row))) continue
    progress.set(TOLD, row, progress.get(SURE, row))
    progress.set(STRUCTURE_TOLD, row, progress.get(STRUCTURE_SURE, row))
    progress.set(TOLD_BEFORE, row, ONCE)
    progress.set(FRESH, row, next)
  }
  for (const id of sent.statics) introductions.lost(id)
}
