/**
 * sealed: links over datagrams that nobody else can read: netcode below, a datagram link above. Both ends as
 * machines without I/O; `index.node.ts` gives them UDP sockets.
 *
 *     connect token --> SealedClient <--UDP--> SealedServer --> a link for each client
 */
export { SealedClient, type SealedClientOptions } from './client.ts'
export { type SealedOptions, SealedServer } from './server.ts'
