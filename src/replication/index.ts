/**
 * replication: state from its author to whoever follows it. It knows entities and topics; it knows nothing of links,
 * players or sockets.
 *
 *     World --publish--> Author --Desk: Changes.since--> View.write --packet--> Replica.receive --> Playback
 *                                  ^                                               |
 *                                  '------------ a replica can be followed --------'
 *
 * A viewer whose link was lost keeps its replica, and says on the next link what it has. The view may have been kept or
 * be a new one of the same source; `false` means that the viewer has to `clear` first, and so does who says nothing.
 *
 *     replica.heard({ isLossy }) -> writeHeard ~~> readHeard -> view.resume(heard) -> lookAt, follow -> write
 */
export { Author } from './author.ts'
export { type Advance, Changes } from './changes.ts'
export { TickClock } from './clock.ts'
export { Desk } from './desk.ts'
export { digest, firstMismatch } from './digest.ts'
export {
  HEARD_CHUNKS_MAX,
  type Heard,
  type HeardTopic,
  NOTHING_HEARD,
  readHeard,
  writeHeard,
} from './heard.ts'
export { Lead } from './lead.ts'
export { ENTITY_BYTES_MAX, Ledger, type Topic } from './ledger.ts'
export { type Count, Meter, type Trace } from './meter.ts'
export { PacketReader, PacketWriter } from './packet.ts'
export { Playback } from './playback.ts'
export { PredictedSpawns, type SpawnListener } from './predicted-spawns.ts'
export { type Correction, Prediction } from './prediction.ts'
export type { LeaveReason, Presence, ReplicaListener } from './presence.ts'
export { Quantile } from './quantile.ts'
export { Replica, type ReplicaLimits, TICK_END, type Verdict } from './replica.ts'
export type { Source } from './source.ts'
export { describeTopic, type TopicKey, type TopicName, topicKey, topicName } from './topic.ts'
export type { Truth } from './truth.ts'
export { type Followed, View } from './view.ts'
export { defaultViewOptions, type ViewOptions } from './view-options.ts'
