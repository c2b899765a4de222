/**
 * world: entities, cells, commands and the order of a tick, as game code sees them on the server. It knows nothing of
 * networks; the replication room reads its residents at the end of each tick.
 */

export { alone } from './alone.ts'
export { type Asks, askAttribute, editAttributes, setAttribute } from './attribute/ask.ts'
export {
  type Attribute,
  type AttributeOptions,
  type AttributeValue,
  attribute,
  type Declared,
  type ValueOf,
  type Who,
} from './attribute/attribute.ts'
export {
  type Asker,
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
export { CommandInbox } from './command-inbox.ts'
export {
  type AnyPart,
  type EntityDescription,
  type EntityId,
  type EntityStart,
  type EntityValue,
  entity,
  type Kind,
  type Once,
  once,
  type Parts,
  reference,
} from './entity.ts'
export { type Difference, EntityState, exactRecord, settleFields } from './entity-state.ts'
export {
  type AnyGame,
  type AskOf,
  type CommandOf,
  defineGame,
  type EntitiesOf,
  type EntityOf,
  type EventNames,
  type EventOf,
  type Game,
  type KindsOf,
  type MapBounds,
  type PartsOfKind,
  type PlayerOf,
  type ReplyOf,
  type RequestNames,
} from './game.ts'
export { Grid } from './grid.ts'
export { Ids } from './ids.ts'
export { Lobby, type LobbyOptions, type LobbyState, type Member } from './lobby/lobby.ts'
export { lobbyParts, lobbyRequests } from './lobby/lobby-records.ts'
export type { Body } from './map/collision.ts'
export {
  type Assembled,
  assembleMap,
  cutMap,
  INDEX,
  type MapPieces,
  missingPieces,
  pieceHash,
  piecesOf,
  readPieceNames,
} from './map/pieces.ts'
export type { Point, Solid, SolidKind } from './map/solid-grid.ts'
export { type ParseOptions, parseMap } from './map/tiled/parse-map.ts'
export type { Compression, Decompress } from './map/tiled/tile-data.ts'
export {
  emptyMap,
  type MapContent,
  type MapObject,
  type Properties,
  type WorldMap,
  worldMap,
} from './map/world-map.ts'
export { type Appointment, type MindOptions, Minds } from './mind/minds.ts'
export { type Walk, type WalkEnd, type Walker, type WalkerOptions, Walkers } from './mind/walkers.ts'
export type { Neighbourhood } from './neighbourhood.ts'
export { newEntity } from './new-entity.ts'
export { type Path, PathFinder, type PathOptions, PathSearch, pathTo } from './path/path-finder.ts'
export { Player, type PlayerAccount, type PlayerCharacter, type Possession, type Spawned } from './player.ts'
export {
  type HeightOptions,
  type MotionOptions,
  motion,
  motion3,
  type Position,
  type PositionSource,
  type SampledOptions,
  sampled,
  sampled3,
  type Vector2,
  type Vector3,
} from './position.ts'
export { type Choice, type Found, type Hit, Query, type RayChoice } from './query/query.ts'
export type { Shape } from './query/shape.ts'
export { Instance, type InstanceOptions } from './realm/instance.ts'
export { type Crossing, gameOn, Realm, type RealmOptions } from './realm/realm.ts'
export type { AnyEntity, Resident } from './resident.ts'
export type { ConeOptions } from './sight/direction.ts'
export type { Segment } from './sight/lattice.ts'
export type { Light, LightOptions } from './sight/light.ts'
export { outlines } from './sight/outline.ts'
export { type Door, Sight, type SightOptions, type Visible } from './sight/sight.ts'
export { type Extent, visibilityPolygon } from './sight/visibility.ts'
export { Walls } from './sight/walls.ts'
export {
  type Failure,
  Scheduler,
  type SchedulerOptions,
  type SchedulerStats,
  type StartOptions,
} from './task/scheduler.ts'
export type { Outcome, Task, TaskSteps, Wait, Yielded } from './task/task.ts'
export { type First, firstOf, seconds, signalled, ticks, until } from './task/wait.ts'
export {
  type Audience,
  type Placement,
  type Told,
  World,
  type WorldOptions,
} from './world.ts'
