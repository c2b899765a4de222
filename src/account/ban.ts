import type { Ban, EpochMs } from '../store/index.ts'
import type { RefusedAnswer } from './answer.ts'

const HOUR = 60 * 60_000

/** Returns what to tell somebody who is banned now; undefined for others. */
export function banOf(ban: Ban | undefined, now: EpochMs): RefusedAnswer | undefined {
  if (!ban || (ban.until !== undefined && ban.until <= now)) return undefined
  const end = ban.until === undefined ? 'for good' : `for ${duration(ban.until - now)} more`
  const reason = ban.reason === '' ? `You are banned ${end}.` : `You are banned ${end}: ${ban.reason}`
  return { is: 'refused', code: 'banned', reason, until: ban.until }
}

/** Writes "90 minutes", "3 days": rounded up, so that the wait is long enough. */
function duration(ms: number): string {
  const units = [
    ['day', 24 * HOUR],
    ['hour', HOUR],
    ['minute', 60_000],
    ['second', 1000],
  ] as const
  const [unit, size] = units.find(([, size]) => ms >= 2 * size) ?? units[3]
  const count = Math.max(1, Math.ceil(ms / size))
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}
