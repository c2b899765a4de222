import type { WayOptions } from '../client/index.node.ts'
import type { WeatherAir } from '../lab/index.ts'
import type { Settings } from './options.ts'

/**
 * Makes the weather that was asked for; undefined for none.
 *
 * @throws OutsideError when it cannot be read
 */
export async function airOf({ weather, seed }: Settings): Promise<WeatherAir | undefined> {
  if (weather === undefined) return undefined
  const { createAir } = await import('../lab/index.node.ts')
  return createAir(String(weather), seed as number | undefined)
}

/** Returns how commands that are clients reach their server. */
export async function wayOf(settings: Settings): Promise<WayOptions> {
  const { tokenUrl } = settings
  return { tokenUrl: tokenUrl === undefined ? undefined : String(tokenUrl), air: await airOf(settings) }
}
