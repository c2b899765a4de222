import { ShardlessError } from '../core/index.ts'
import { Wait } from './task.ts'

/**
 * Waits for so many ticks: `ticks(1)` is the next one.
 *
 * @throws `world/bad-wait` for less than one
 */
export function ticks(count: number): Wait<undefined> {
  if (!(count >= 1)) refuse(`ticks(${count}) waits for nothing; a wait takes one tick or more.`)
  return new Wait({ for: 'ticks', ticks: Math.ceil(count) })
}

/** Waits for so many seconds of the world's time, rounded up to whole ticks, at least one. */
export function seconds(count: number): Wait<undefined> {
  if (!(count >= 0)) refuse(`seconds(${count}) is no time; say 0 or more.`)
  return new Wait({ for: 'seconds', seconds: count })
}

/**
 * Waits until something holds. It is checked as the tick begins, every `everyTicks` ticks, and each check costs a
 * unit of work. Where something can `signal`, wait for the signal.
 */
export function until(holds: () => boolean, { everyTicks = 1 } = {}): Wait<undefined> {
  if (!(Number.isInteger(everyTicks) && everyTicks >= 1))
    refuse(`everyTicks is ${everyTicks}; it is a whole number from 1.`)
  return new Wait({ for: 'condition', holds, everyTicks })
}

/**
 * Waits for `scheduler.signal(name, value)`, and gives the value. A signal is heard only by those who wait for it
 * at that moment.
 */
export function signalled<Value = unknown>(name: string | object): Wait<Value> {
  return new Wait({ for: 'signal', name })
}

/** Which of several waits came first, by its index in `firstOf`, and its value. */
export type First<Waits extends readonly Wait<unknown>[]> = {
  [Index in keyof Waits]: Waits[Index] extends Wait<infer Value>
    ? {
        readonly index: Index extends `${infer Number extends number}` ? Number : number
        readonly value: Value
      }
    : never
}[number]

/**
 * Waits for the first of several, and forgets the others. Of two in one tick, the one that comes first in it wins.
 *
 * @throws `world/bad-wait` for none, more than 64, or one that is itself a `firstOf`
 */
export function firstOf<const Waits extends readonly Wait<unknown>[]>(...waits: Waits): Wait<First<Waits>> {
  if (waits.length === 0 || waits.length > 64)
    refuse(`firstOf was given ${waits.length} waits; it takes 1 to 64.`)
  if (waits.some(({ cause }) => cause.for === 'first'))
    refuse('a firstOf in a firstOf is one firstOf: list all of them in it.')
  return new Wait({ for: 'first', of: waits })
}

function refuse(sentence: string): never {
  throw new ShardlessError('world/bad-wait', sentence)
}
