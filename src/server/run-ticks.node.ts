import type { Instant } from '../core/index.ts'
import type { GameCode } from '../world/index.ts'

/** How many ticks may fail one after the other. */
const FAILED_MAX = 100

/**
 * Runs each tick as near to its time as the platform allows. It reports a tick that fails and goes on with the next;
 * after 100 failures in a row it throws, which ends the process.
 */
export function runTicks(
  ticking: { advance(now: Instant): void; readonly wakeAt: Instant },
  code: GameCode,
  now: () => Instant,
): () => void {
  let timer: NodeJS.Timeout
  let failed = 0
  const next = (): void => {
    timer = setTimeout(
      () => {
        try {
          ticking.advance(now())
          failed = 0
        } catch (error) {
          if (++failed >= FAILED_MAX) throw error
          code.failed('a tick', '', error)
        }
        next()
      },
      Math.max(0, ticking.wakeAt - now()),
    )
  }
  next()
  return () => clearTimeout(timer)
}
