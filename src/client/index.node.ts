/** client on Node: `connect(game, url, { name })`. */
export { connect, type NodeClientOptions } from './connect.node.ts'
export * from './index.ts'
