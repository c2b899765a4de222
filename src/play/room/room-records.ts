/** Rooms on the wire: parts of an entity, and requests of players. */
import { bool, choice, integer, record, text } from '../../wire/index.ts'

const code = text({ bytesMax: 16 })
const ticket = text({ bytesMax: 64 })
const few = integer({ min: 0, max: 255 })

/**
 * One open room as the list shows it: `room: entity(roomParts)`. `Rooms` spawns one for each that is listed, where
 * players come in; without a position everyone there is told of it.
 */
export const roomParts = {
  code,
  host: text({ bytesMax: 64 }),
  phase: choice(['gathering', 'running']),
  players: few,
  playersMax: few,
  watchers: few,
}

const nothing = record({})
/** The answer to who has come in. `ticket` gives the seat back in a match that runs; empty for who watches. */
const seated = record({ code, ticket })

/**
 * The requests by which players come into rooms and leave them, for a game's `requests`; `Rooms.answers` answers.
 * A refusal is a sentence.
 */
export const roomRequests = {
  /** Opens a room, and enters it. One that is not listed is entered by its code alone. */
  openRoom: { ask: record({ isListed: bool() }), reply: seated },
  /** Enters a room by its code. */
  enterRoom: { ask: record({ code }), reply: seated },
  /** Enters the room where a match will begin soonest, or opens one. */
  quickMatch: { ask: nothing, reply: seated },
  /** Watches a room, also while it plays. */
  watchRoom: { ask: record({ code }), reply: seated },
  /** Sits down again in a match that one was lost from. */
  returnToRoom: { ask: record({ ticket }), reply: seated },
  leaveRoom: { ask: nothing, reply: nothing },
}
