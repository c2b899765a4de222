/** cluster on Node: `openTcpBus` joins processes by direct TCP. */

export type { OpenBus } from './bus/drive.node.ts'
export type { TcpBusOptions } from './bus/tcp/tcp.node.ts'
export { openTcpBus } from './bus/tcp/tcp.node.ts'
export * from './index.ts'
