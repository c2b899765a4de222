import { instant, Random } from '../../core/index.ts'
import type { Bus } from './bus.ts'
import type { Carrier } from './carrier.ts'
import type { BusLimits } from './post.ts'
import { Switchboard } from './switchboard.ts'

/** A bus that runs. */
export interface OpenBus {
  readonly bus: Bus
  /** Lets what was sent go out, and ends: links and sockets close. */
  close(): Promise<void>
}

/** The longest that a timer waits, in ms. */
const WAIT_MS_MAX = 60_000
/** How long a closing bus lets its links take leave, in ms. */
const LEAVE_MS = 100

/** Gives a carrier its switchboard, and that its time. */
export function driveBus(
  me: string,
  carrier: Carrier & { close(reason: string): Promise<void> },
  limits?: Partial<BusLimits>,
): OpenBus {
  let timer: NodeJS.Timeout | undefined
  let soon: NodeJS.Immediate | undefined
  let isClosed = false
  const clock = () => instant(performance.now())
  const advance = (): void => {
    clearTimeout(timer)
    clearImmediate(soon)
    timer = soon = undefined
    if (!isClosed) switchboard.advance(clock())
  }
  const woken = (): void => {
    if (isClosed || soon) return
    clearTimeout(timer)
    const wait = switchboard.wakeAt - performance.now()
    if (wait <= 0) soon = setImmediate(advance)
    else timer = setTimeout(advance, Math.min(wait, WAIT_MS_MAX))
  }
  const random = new Random(Math.floor(Math.random() * 2 ** 32))
  const switchboard = new Switchboard({ me, carrier, clock, random, limits, woken })
  return {
    bus: switchboard,
    async close() {
      if (isClosed) return
      await new Promise((resolve) => setTimeout(resolve, LEAVE_MS))
      isClosed = true
      clearTimeout(timer)
      clearImmediate(soon)
      await carrier.close('')
    },
  }
}
