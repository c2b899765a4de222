/**
 * netcode: sealed connections over datagrams, after the netcode 1.02 standard, so that an unmodified client or server
 * in another language can be the other end. Machines told the time; no sockets, no timers, no dice.
 *
 *     createConnectToken --(something private)--> NetcodeClient <--datagrams--> NetcodeServer
 *
 *     server.receive(packet, from, now)                        // from a socket
 *     for (let out; (out = server.poll(now)); )                // afterwards, and at server.wakeAt
 *       if (out.do === 'send') socket.send(out.packet, out.to) // the rest is for the game
 *
 * What it promises: whoever is connected showed a token we issued and receives at the address it sends from; what
 * arrives was sent by the peer, once. What it does not: that anything arrives, or in order (the room `channel`
 * does), or that the game's values make sense (the room `wire` does).
 */
export { Address, addressOf, parseAddress } from './address.ts'
export type { Cipher, SealParts } from './cipher/cipher.ts'
export { loadSodium } from './cipher/sodium.ts'
export { type ClientOutput, NetcodeClient, type NetcodeClientOptions } from './client.ts'
export { type ClientStateName, clientStates } from './client-state.ts'
export { netcodeClientMetrics, netcodeMetrics } from './metrics.ts'
export type { NetcodeServerOptions } from './server/server-options.ts'
export { type DisconnectReason, NetcodeServer, type ServerOutput } from './server.ts'
export {
  type ConnectToken,
  type ConnectTokenOptions,
  createConnectToken,
  readConnectToken,
} from './token/connect-token.ts'
