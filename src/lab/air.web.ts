import { instant, Random } from '../core/index.ts'
import { parseWeather } from './weather.ts'
import { bothWays, driveAir, WeatherAir } from './weather-air.ts'

/**
 * Makes weather for this page's real links: give it to `connect` as `air`.
 *
 * @param weather "4G loss=5%"; see `parseWeather`
 * @param seed    of its dice; from the system's when left out
 * @throws OutsideError for weather that cannot be read
 */
export function createAir(weather: string, seed = Math.floor(Math.random() * 2 ** 32)): WeatherAir {
  const figures = bothWays(parseWeather(weather))
  const now = () => instant(performance.now())
  const after = (ms: number, callback: () => void): (() => void) => {
    const timer = setTimeout(callback, ms)
    return () => clearTimeout(timer)
  }
  let isLeaving = false
  const start = (wake: () => void): WeatherAir => {
    const wakeOrRush = (): void => (isLeaving ? queueMicrotask(() => air.rush()) : wake())
    return new WeatherAir(figures, { random: new Random(seed), now, wake: wakeOrRush })
  }
  const air = driveAir(start, { now, after })
  // The timers of a page that is left do not run any more; its last word has to be out by then. The page may come back.
  addEventListener('pagehide', () => {
    isLeaving = true
    air.rush()
  })
  addEventListener('pageshow', () => {
    isLeaving = false
  })
  return air
}
