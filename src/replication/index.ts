/**
 * replication: state from its author to its followers. It knows entities and topics; it knows nothing of links,
 * players or sockets.
 *
 *     World --publish--> Author --Desk: Changes.since--> View.write --packet--> Replica.receive --> Playback
 *                                  ^                                               |
 *                                  '------------ a replica can be followed --------'
 *
 * A viewer whose link was lost keeps its replica, and says on the next link what it has. The view may have been
 * kept, or may be a new one of the same source. `false` means that the viewer has to `clear` first; so must a
 * viewer that says nothing.
 *
 *     replica.heard({ isLossy }) -> writeHeard ~~> readHeard -> view.resume(heard) -> lookAt, follow -> write
 */
export { Author } from './author/author.ts'
export { Blend } from './blend/blend.ts'
export type { Advance, Changes } from './encoding/changes.ts'
export { PacketReader, PacketWriter } from './encoding/packet.ts'
export {
  type ResumeState,
  type ResumeTopic,
  readResumeState,
  writeResumeState,
} from './encoding/resume-state.ts'
export { isBlob } from './encoding/state-reader.ts'
export { digest, type Expects, firstMismatch } from './ledger/digest.ts'
export type { Blob, KindTable } from './ledger/kind-table.ts'
export { Ledger, SLOTS_MAX, type Topic } from './ledger/ledger.ts'
export type { Source } from './ledger/source.ts'
export { giveTold, placeTold, readTold, toldSince, toldState } from './ledger/told-state.ts'
export {
  cellKey,
  type Destination,
  describeTopic,
  ELSEWHERE,
  eastOf,
  isNearby,
  northOf,
  REMOVED,
  type TopicKey,
  type TopicName,
  topicKey,
  topicName,
} from './ledger/topic.ts'
export type { LeaveReason, Presence, ReplicaListener } from './replica/presence.ts'
export { type Receipt, Replica, type ReplicaLimits, TICK_END } from './replica/replica.ts'
export { type Count, StateMeter, type Trace } from './replica/state-meter.ts'
export { Desk } from './view/desk.ts'
export { type Followed, RowTurns, View } from './view/view.ts'
export {
  CROWD,
  checkViewChoice,
  NEAR_METRES,
  type ViewChoice,
  type ViewOptions,
} from './view/view-options.ts'
