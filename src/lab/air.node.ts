import { instant, Random } from '../core/index.ts'
import { parseWeather } from './weather.ts'
import { bothWays, driveAir, WeatherAir } from './weather-air.ts'

/**
 * Makes weather for this process' real links: give it to `serve` or `connect` as `air`.
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
    // What is on the way keeps no process alive.
    timer.unref()
    return () => clearTimeout(timer)
  }
  return driveAir((wake) => new WeatherAir(figures, { random: new Random(seed), now, wake }), { now, after })
}
