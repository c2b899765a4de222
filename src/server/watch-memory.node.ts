import { constants, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks'
import { getHeapSpaceStatistics, getHeapStatistics } from 'node:v8'
import { MemoryPressure, oldSpaceLimit, type Pressure } from './memory-pressure.ts'

/** How often the heap is read, in ms; one reading takes about 0.02 ms. */
const LOOK_MS = 100
const MIB = 2 ** 20

/**
 * Watches the heap of this process: at its limit V8 ends a process at once, and nothing in it can be done about that.
 *
 * @param outShare  the share of the limit, in use after a full collection, that counts as its end
 * @param changed  told of each other pressure, with how much of what is in use: "57 of 64 MiB"
 * @returns stops watching
 */
export function watchMemory(
  outShare: number,
  changed: (pressure: Pressure, inUse: string) => void,
): () => void {
  const flags = [...(process.env.NODE_OPTIONS ?? '').split(' '), ...process.execArgv]
  const limit = oldSpaceLimit(getHeapStatistics().heap_size_limit, flags)
  const memory = new MemoryPressure(limit, outShare)
  const look = (isCollected: boolean): void => {
    const before = memory.pressure
    const used = longLived()
    const pressure = memory.note(used, isCollected)
    if (pressure !== before) changed(pressure, `${Math.round(used / MIB)} of ${Math.round(limit / MIB)} MiB`)
  }
  const observer = new PerformanceObserver((list) => {
    if (list.getEntries().some(isFullCollection)) look(true)
  })
  observer.observe({ entryTypes: ['gc'] })
  const timer = setInterval(() => look(false), LOOK_MS).unref()
  return () => {
    observer.disconnect()
    clearInterval(timer)
  }
}

/** Returns whether an entry tells that a full collection has ended. */
function isFullCollection(entry: PerformanceEntry): boolean {
  const { detail } = entry as PerformanceEntry & { readonly detail?: { readonly kind?: number } }
  return detail?.kind === constants.NODE_PERFORMANCE_GC_MAJOR
}

/** Returns how many bytes long-lived objects take, garbage among them included. */
function longLived(): number {
  let used = 0
  for (const { space_name, space_used_size } of getHeapSpaceStatistics())
    if (!space_name.startsWith('new_')) used += space_used_size
  return used
}
