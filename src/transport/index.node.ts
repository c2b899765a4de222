/**
 * transport on Node: WebSocket beside an http server, TCP, and raw UDP sockets (which are no links: the netcode
 * room makes connections of them).
 */

export { isDistrust } from './outside.node.ts'
export { plainAddress, TrustedProxies } from './peer.node.ts'
export { connectTcp, listenTcp, type TcpListenOptions } from './tcp/tcp.node.ts'
export { type DatagramListener, type DatagramListenOptions, listenDatagrams } from './udp/datagrams.node.ts'
export { type MeasuredSocket, openUdp, type UdpOptions } from './udp/udp.node.ts'
export { handshakeLimits } from './websocket/upgrade.node.ts'
export {
  connectWebSocket,
  listenWebSocket,
  type WebSocketConnectOptions,
  type WebSocketListenOptions,
} from './websocket/websocket.node.ts'
