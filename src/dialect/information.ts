import { decode, encode, type Infer, list, optional, record, text, varint } from '../wire/index.ts'

/**
 * The public information about a server, which needs no login [U30] [N40]: for server lists, launchers and a
 * client's first screen.
 */
export const serverInformation = record({
  /** The version of the native dialect. It comes first in every version. */
  protocol: varint(),
  name: text({ bytesMax: 100 }),
  welcome: text({ bytesMax: 500 }),
  /** The game's name and version, and the fingerprint of its records: a client of another game is refused. */
  game: text({ bytesMax: 100 }),
  version: text({ bytesMax: 50 }),
  fingerprint: text({ bytesMax: 16 }),
  /** The version of the content, where clients store content. */
  content: optional(text({ bytesMax: 64 })),
  /** The number of players in the world, now and at most. */
  players: varint(),
  playersMax: varint(),
  /** The highest level of a character, where the game has levels. */
  levelCap: optional(varint()),
  /** The addresses to connect to: "ws://town.example:4000". */
  listeners: list(text({ bytesMax: 200 }), { lengthMax: 16 }),
})

export type ServerInformation = Infer<typeof serverInformation>

/**
 * Returns a listener's URL as clients reach it.
 *
 * @param url    as it listens: "ws://0.0.0.0:4000"
 * @param asked  the address that a client has reached the server at: "203.0.113.7"
 * @returns      "ws://203.0.113.7:4000"; a listener at one address keeps it
 */
export function reachable(url: string, asked: string): string {
  const host = asked.includes(':') && !asked.startsWith('[') ? `[${asked}]` : asked
  return url.replace(/\/\/(0\.0\.0\.0|\[::\])(?=[:/]|$)/, `//${host}`)
}

/**
 * Reads a server's information from HTTP [U31], within the same bounds as in-band: anything no server could write
 * is rejected.
 *
 * @param json  a stranger's text. Never throws; undefined for text that is no such information
 */
export function informationFromJson(json: string): ServerInformation | undefined {
  try {
    return decode(serverInformation, encode(serverInformation, JSON.parse(json)))
  } catch {
    return undefined
  }
}
