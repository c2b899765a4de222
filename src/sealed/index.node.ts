/** sealed on Node: over UDP sockets. */
export * from './connect.node.ts'
export * from './index.ts'
export * from './listen.node.ts'
