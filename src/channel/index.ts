/**
 * channel: reliable and unreliable messages over packets that vanish. Acknowledgements, resending, order,
 * fragments, pacing, and how much the path bears. Not for sealing packets (netcode), for sockets (transport), or
 * for what messages mean.
 *
 *     send(channel, bytes)  \                                      / next(): message, state
 *     sendState(bytes)      --> Channels --poll--> packet --> ... -->  Channels
 *     next(): acked, lost   <-- Channels <-- ... <-- packet <--poll--  (the peer's)
 *
 * The rules are in docs/spec/channel.md.
 */

export { ChannelPair, type ChannelPairOptions } from './channel-pair.ts'
export { Channels } from './channels.ts'
export type { DropReason } from './lane/receiver.ts'
export type { SendResult } from './lane/sender.ts'
export { channelMetrics } from './metrics.ts'
export {
  type ChannelKind,
  type ChannelOptions,
  type ConnectionOptions,
  MESSAGE_BYTES_MAX,
  PACKET_BYTES_MAX,
  STATE_BYTES_MAX,
} from './options.ts'
export type { Happening } from './packet/channel-inbox.ts'
export {
  type DescribedChannelPacket,
  type DescribedFrame,
  describeChannelPacket,
} from './packet/describe.ts'
export type { ChannelStats } from './stats.ts'
