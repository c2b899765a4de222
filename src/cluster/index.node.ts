/** cluster on Node: buses over TCP and NATS, and the directory on NATS. */

export type { OpenBus } from './bus/drive.node.ts'
export type { NatsBusOptions } from './bus/nats/nats.node.ts'
export type { NatsOptions } from './bus/nats/nats-options.ts'
export { openTcpBus, type TcpBusOptions } from './bus/tcp/tcp.node.ts'
export type { NatsDirectoryOptions, OpenDirectory } from './directory/nats-directory.node.ts'
export * from './index.ts'
export { openNatsBus, openNatsDirectory } from './open-nats.node.ts'
