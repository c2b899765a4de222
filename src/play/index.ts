/**
 * play: what many games want and none has to use: lobbies, named attributes, minds that walk. It stands on worlds;
 * nothing in the engine stands on it but the server's door for attributes.
 */
export { type Asks, askAttribute, editAttributes, setAttribute } from './attribute/ask.ts'
export {
  type Asker,
  type AttributeChange,
  type AttributeRecord,
  Attributes,
  type AttributesOptions,
  type Edit,
} from './attribute/attributes.ts'
export {
  type AttributeAnswerOptions,
  AttributeBook,
  type AttributeBookOptions,
  attributeAnswers,
} from './attribute/book.ts'
export { type AttributeRefusal, type AttributeRefusalCode, AttributeRefused } from './attribute/refusal.ts'
export { type AttributeRequests, attributeRequests } from './attribute/requests.ts'
export { Lobby, type LobbyOptions, type LobbyState, type LobbyTeam, type Member } from './lobby/lobby.ts'
export { lobbyParts, lobbyRequests } from './lobby/lobby-records.ts'
export { type Appointment, type MindOptions, Minds } from './mind/minds.ts'
export type { WalkEnd, Walker, WalkerOptions, Walkers } from './mind/walkers.ts'
export type { Room, Seat } from './room/room-book.ts'
export { roomParts, roomRequests } from './room/room-records.ts'
export { type OpenRoom, type RoomContext, Rooms, type RoomsOptions } from './room/rooms.ts'
