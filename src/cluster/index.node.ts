/** cluster on Node: buses over TCP and NATS, and the directory on NATS. */

export type { OpenBus } from './bus/drive.node.ts'
export { type NatsBusOptions, openNatsBus } from './bus/nats/nats.node.ts'
export type { NatsOptions } from './bus/nats/nats-options.ts'
export { openTcpBus, type TcpBusOptions } from './bus/tcp/tcp.node.ts'
export {
  type NatsDirectoryOptions,
  type OpenDirectory,
  openNatsDirectory,
} from './directory/nats-directory.node.ts'
export * from './index.ts'
