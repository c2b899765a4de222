/**
 * cluster: one world over many processes. Which region owns which part of the map, how an entity goes from one to
 * another exactly once, and what happens when one dies. It knows nothing of players' links; regions and gateways are
 * joined by it.
 *
 *     directory (who should)   store (who does: `DistrictShelf`)   receivers (who is listened to)
 */

export type { Answer, Answerer, AskOptions, Bus, BusFollower, BusFollowing } from './bus/bus.ts'
export { BusNetwork, type BusNetworkOptions } from './bus/memory/bus-network.ts'
export { busMetrics } from './bus/metrics.ts'
export type { BusLimits } from './bus/post.ts'
export type { Switchboard } from './bus/switchboard.ts'
export { AskedDirectory } from './directory/asked-directory.ts'
export {
  type Assignment,
  type ClusterMember,
  type Directory,
  type DirectoryView,
  type DistrictEpoch,
  type DistrictLoad,
  MEMBER_TTL_MS,
  RENEWAL_MS,
  type StoredAssignment,
} from './directory/directory.ts'
export { DirectoryBook } from './directory/directory-book.ts'
export { DirectoryDesk } from './directory/directory-desk.ts'
export { DistrictGrid } from './district/district-grid.ts'
export { aheadOf, Fences } from './keeper/fences.ts'
export { Keeper, type KeeperOptions } from './keeper/keeper.ts'
export type { KeeperOutput, StoreAnswer, StoreRequest } from './keeper/request.ts'
export { ALL_RULES, type ProtocolRules } from './keeper/rules.ts'
export type { LeaderDecision } from './lead/decision.ts'
export { Leader, type LeaderOptions } from './lead/leader.ts'
export { readPeerMessage, writePeerMessage } from './message/peer-codec.ts'
export type { GivenEntity, KnownEntity, PeerMessage } from './message/peer-message.ts'
export { clusterMetrics } from './metrics.ts'
