/**
 * transport: links that carry packets to one peer and back, over whatever the platform has. Not for promises (acks,
 * resending, sealing, sessions): those are the business of the rooms above.
 *
 *     this door            the contract, memory links in virtual time, the frames of a TCP stream, addresses,
 *                          datagrams: pure
 *     index.node.ts        WebSocket, TCP, UDP on Node
 *     index.web.ts         WebSocket in a browser
 */

export { Agenda } from './agenda.ts'
export type { Air } from './air.ts'
export { checkDatagramLink, DatagramLink, type DatagramOutlet } from './datagram/datagram-link.ts'
export {
  type ConnectOptions,
  chooseLinkOptions,
  defaultConnectMs,
  defaultLinkOptions,
  type Link,
  type LinkHandler,
  type LinkOptions,
  type Listener,
  type StateLane,
} from './link.ts'
export { type ListenUrl, parseConnectUrl, parseListenUrl, portOf } from './listen-url.ts'
export { MemoryNetwork, type MemoryOptions, type MemoryPair } from './memory/memory.ts'
export type { MemoryDatagramOptions } from './memory/memory-datagram.ts'
export type { MemoryLink } from './memory/memory-end.ts'
export {
  DatagramLane,
  type LaneClock,
  type LaneEnd,
  type NetworkPath,
  type Parcel,
  StreamLane,
} from './memory/memory-lane.ts'
export { memoryMetrics, transportMetrics } from './metrics.ts'
export { type SchemeRules, type Schemes, schemes } from './scheme.ts'
export { FrameDecoder, type FrameEnd } from './tcp/frame.ts'
export type { DatagramAddress, DatagramDrop, DatagramReceiver, DatagramSocket } from './udp/datagram.ts'
export type {} from './udp/datagram-peers.ts'
export type {} from './udp/unproven.ts'
