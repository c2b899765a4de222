/**
 * world: entities, cells, commands and the order of a tick, as game code sees them on the server. It knows nothing of
 * networks; the replication room reads its residents at the end of each tick.
 */

export { alone } from './alone.ts'
export {
  type Attribute,
  type AttributeOptions,
  type AttributeReader,
  type AttributeValue,
  attribute,
  type Declared,
  type ValueOf,
} from './attribute/attribute.ts'
export { attributeValue } from './attribute/value.ts'
export { BODY_RADIUS } from './body-radius.ts'
export type { MapSize } from './cell-size.ts'
export type { CommandInbox } from './command-inbox.ts'
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
export {
  type Difference,
  EntityState,
  exactRecord,
  mendFields,
  settleFields,
} from './entity-state.ts'
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
  type PartsOfKind,
  type PlayerOf,
  type ReplyOf,
  type RequestNames,
} from './game.ts'
export { GameCode, type GameCodeOptions, type GameMistake, isLater, mistakeText } from './game-code.ts'
export type { Stood } from './hindsight.ts'
export type { Ids } from './ids.ts'
export { worldMetrics } from './metrics.ts'
export type { Neighbourhood } from './neighbourhood.ts'
export { newEntity } from './new-entity.ts'
export { badHeight, namedOutOfRange } from './out-of-range.ts'
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
} from './position.ts'
export { Instance } from './realm/instance.ts'
export {
  type CloseOptions,
  type Crossing,
  gameOn,
  type InstanceOptions,
  type PlayerContext,
  type PortalContext,
  Realm,
  type RealmOptions,
  type WorldContext,
  type WorldRules,
} from './realm/realm.ts'
export type { AnyEntity, InheritedPath, Resident } from './resident.ts'
export { standpoint } from './standpoint.ts'
export {
  type Audience,
  type GhostWish,
  type Placement,
  type Told,
  World,
  type WorldOptions,
  type WorldWatcher,
} from './world.ts'
