/**
 * replication: state from its author to whoever follows it. It knows entities and topics; it knows nothing of links,
 * players or sockets.
 *
 *     World --publish--> Author --Desk: Changes.since--> View.write --packet--> Replica.receive --> Playback
 *                                  ^                                               |
 *                                  '------------ a replica can be followed --------'
 */
export { Author } from './author.ts'
export { type Advance, Changes } from './changes.ts'
export { TickClock } from './clock.ts'
export { Desk } from './desk.ts'
export { digest, firstMismatch } from './digest.ts'
export { ENTITY_BYTES_MAX, Ledger, type Topic } from './ledger.ts'
export { type Count, Meter, type Trace } from './meter.ts'
export { PacketReader, PacketWriter } from './packet.ts'
export { Playback } from './playback.ts'
export type { LeaveReason, Presence, ReplicaListener } from './presence.ts'
export { Replica, type ReplicaLimits, type Verdict } from './replica.ts'
export type { Source } from './source.ts'
export { describeTopic, type TopicKey, type TopicName, topicKey, topicName } from './topic.ts'
export { type Followed, View } from './view.ts'
export { defaultViewOptions, type ViewOptions } from './view-options.ts'
