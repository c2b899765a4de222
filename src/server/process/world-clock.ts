import { type Instant, instant } from '../../core/index.ts'
import type { Store } from '../../store/index.ts'

/** The name under which the store keeps when the world began. */
const BEGAN = 'world'
const FOREVER_MS = 2 ** 52

/** Which tick of a world that several processes share is made when. */
export interface WorldClock {
  /** The next tick, and when it is due by this process's clock. */
  readonly tick: number
  readonly at: Instant
}

/**
 * Reads when the world began, or says that it begins now: from that moment all regions count the same ticks.
 *
 * @param wall  the time in ms since 1970
 */
export async function worldBeganAt(store: Store, wall: number): Promise<number> {
  const secret = Uint8Array.of(1)
  await store.keys.add({ id: BEGAN, purpose: BEGAN, secret, createdAt: wall, expiresAt: FOREVER_MS })
  const [first] = await store.keys.list(BEGAN)
  return first?.createdAt ?? wall
}

/** Returns the tick that is next of a world that began at this time. */
export function clockOf(
  began: number,
  tickMs: number,
  by: { readonly wall: number; readonly now: Instant },
): WorldClock {
  const tick = Math.max(1, Math.ceil((by.wall - began) / tickMs))
  return { tick, at: instant(by.now + began + tick * tickMs - by.wall) }
}
