import { parseWeather } from './weather.ts'
import { bothWays, type TwoWay } from './weather-air.ts'

/**
 * Weathers of both directions with a name, besides the presets: to the server, and after a | from it.
 *
 * train tunnel    4G at speed, and every six seconds or so nothing for two and a half.
 * transatlantic   90 ms there and back, as between New York and London with fibre on both shores.
 * choked uplink   a good line that somebody else's upload fills: 8 kB/s are left, behind a queue.
 * spike           a good line that every now and then stands still for 400 ms.
 *
 * The figures are ours.
 */
export const namedWays: Readonly<Record<string, string>> = {
  'train tunnel': 'train stall=6s/2500ms',
  transatlantic: '45ms±4 loss=0.1%',
  'choked uplink': '25ms rate=8kB/s queue=400ms|25ms',
  spike: '20ms stall=3s/400ms',
}

/**
 * Reads the weather of both directions: a name of `namedWays`, or "4G loss=5%" for both, or "4G|fibre" for the way to
 * the server and the way from it.
 *
 * @throws OutsideError with a sentence for the one who wrote the text
 */
export function parseWays(text: string): TwoWay {
  const name = Object.keys(namedWays).find((one) => one.toLowerCase() === text.trim().toLowerCase())
  if (name !== undefined) return parseWays(namedWays[name])
  const [up, ...down] = text.split('|')
  const out = parseWeather(up)
  return down.length === 0 ? bothWays(out) : { out, in: parseWeather(down.join(' | ')) }
}

/** Writes the weather of both directions, once where they are the same. */
export function writeWays(up: string, down: string): string {
  return up === down ? up : `${up}|${down}`
}

/** Returns the text of each direction. */
export function splitWays(text: string): { readonly up: string; readonly down: string } {
  const name = Object.keys(namedWays).find((one) => one.toLowerCase() === text.trim().toLowerCase())
  const [up, down = up] = (name === undefined ? text : namedWays[name]).split('|')
  return { up, down }
}
