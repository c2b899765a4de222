/**
 * region: runs the worlds of a server and their players. It decides what each player may see and takes their
 * commands; news goes to gateways as values (`region/message`), and from there to connections it knows nothing of.
 *
 *     gateway --enter, commands, ask, leave--> Region --step, publish--> Author
 *     gateway <--opened, tick, reply, gone----'
 */

export type { AttachedGateway } from './attached-gateway.ts'
export { type CarriedPlayer, carriedPlayer, type PlayerLuggage, playerLuggage } from './carried-player.ts'
export {
  type AccountOptions,
  type AnyDefinition,
  defineServer,
  type MapRules,
  type OperatorCommand,
  type OperatorContext,
  type RequestContext,
  type ServerDefinition,
  type ServerOptions,
  type SightContext,
  Sorry,
} from './definition.ts'
export { DirectLink } from './direct-link.ts'
export { regionMetrics } from './metrics.ts'
export { Persistence, type PersistenceOptions, type Trade, TradeRefused } from './persistence.ts'
export type { Saver } from './players.ts'
export { Region, type RegionOptions, type Share, type SharedClock } from './region.ts'
export { RemoteGateway } from './remote-gateway.ts'
export type { ServedPlayer } from './served-player.ts'
export { rulesOf } from './worlds.ts'
