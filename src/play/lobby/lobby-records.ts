/** A lobby on the wire: parts of an entity, and requests of players. */
import { bool, choice, integer, list, record } from '../../wire/index.ts'
import { reference } from '../../world/index.ts'
import { MEMBERS_MAX } from './lobby.ts'

const team = integer({ min: 0, max: 15 })
const member = record({ player: reference(), team, isReady: bool() })

/**
 * Carry `Lobby.state`: `lobby: entity({ ...lobbyParts })`. Without a position everyone, or a group, is told of it.
 */
export const lobbyParts = {
  phase: choice(['gathering', 'counting', 'started']),
  startsAt: integer({ min: 0, max: 4294967295 }),
  members: list(member, { lengthMax: MEMBERS_MAX }),
}

/**
 * The requests by which players use a lobby, for a game's `requests`. A refusal is the sentence that `Lobby` gave.
 */
export const lobbyRequests = {
  joinLobby: { ask: record({}), reply: record({}) },
  leaveLobby: { ask: record({}), reply: record({}) },
  chooseTeam: { ask: record({ team }), reply: record({}) },
  sayReady: { ask: record({ isReady: bool() }), reply: record({}) },
}
