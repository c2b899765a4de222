import { decode, encode, type Infer, list, optional, record, text, varint } from '../wire/index.ts'

/**
 * What anyone may know of a server without logging in [U30] [N40]: for server lists, launchers and a client's first
 * screen.
 */
export const serverInformation = record({
  /** Of the native dialect. It comes first in every version. */
  protocol: varint(),
  name: text({ bytesMax: 100 }),
  welcome: text({ bytesMax: 500 }),
  /** The game's name and version, and the fingerprint of its records: a client of another one is refused. */
  game: text({ bytesMax: 100 }),
  version: text({ bytesMax: 50 }),
  fingerprint: text({ bytesMax: 16 }),
  /** The content's version, where clients keep content. */
  content: optional(text({ bytesMax: 64 })),
  /** Players in the world now, and at most. */
  players: varint(),
  playersMax: varint(),
  /** The highest level of a character, where the game has levels. */
  levelCap: optional(varint()),
  /** Where to connect: "ws://town.example:4000". */
  listeners: list(text({ bytesMax: 200 }), { lengthMax: 16 }),
})

export type ServerInformation = Infer<typeof serverInformation>

/**
 * A listener's URL as clients reach it.
 *
 * @param url    as it listens: "ws://0.0.0.0:4000"
 * @param asked  the address that a client has reached the server at: "203.0.113.7"
 * @returns      "ws://203.0.113.7:4000"; what listens at one address keeps it
 */
export function reachable(url: string, asked: string): string {
  const host = asked.includes(':') && !asked.startsWith('[') ? `[${asked}]` : asked
  return url.replace(/\/\/(0\.0\.0\.0|\[::\])(?=[:/]|$)/, `//${host}`)
}

/**
 * What a server tells over HTTP [U31], as bounded as in-band: what no server could write is not read.
 *
 * @param json  a stranger's text. Never throws; undefined for what is no information
 */
export function informationFromJson(json: string): ServerInformation | undefined {
  try {
    return decode(serverInformation, encode(serverInformation, JSON.parse(json)))
  } catch {
    return undefined
  }
}
