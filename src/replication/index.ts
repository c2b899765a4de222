/**
 * replication: state from its author to whoever follows it. It knows entities and topics; it knows nothing of links,
 * players or sockets.
 *
 *     World --publish--> Author.ledger --Changes.since--> View.write --packet--> Replica.apply --> Playback
 *                                            ^                                       |
 *                                            '-------- a replica can be followed ----'
 */
export { Author } from './author.ts'
export { type Advance, Changes } from './changes.ts'
export { TickClock } from './clock.ts'
export { digest, firstMismatch } from './digest.ts'
export { ENTITY_BYTES_MAX, Ledger, type Topic } from './ledger.ts'
export { type Anchor, type Item, PacketReader, PacketWriter, readItem } from './packet.ts'
export { Playback } from './playback.ts'
export { type LeaveReason, type Presence, Replica, type ReplicaListener } from './replica.ts'
export { describeTopic, type TopicKey, type TopicName, topicKey, topicName } from './topic.ts'
export { defaultViewOptions, type Source, View, type ViewOptions } from './view.ts'
