import type { WayOptions } from '../client/index.node.ts'
import { createAir } from '../lab/index.node.ts'
import type { WeatherAir } from '../lab/index.ts'
import type { Settings } from './options.ts'

/**
 * Makes the weather that was asked for; undefined for none.
 *
 * @throws OutsideError when it cannot be read
 */
export function airOf({ weather, seed }: Settings): WeatherAir | undefined {
  return weather === undefined ? undefined : createAir(String(weather), seed as number | undefined)
}

/** Returns how commands that are clients reach their server. */
export function wayOf(settings: Settings): WayOptions {
  const { tokenUrl } = settings
  return { tokenUrl: tokenUrl === undefined ? undefined : String(tokenUrl), air: airOf(settings) }
}
