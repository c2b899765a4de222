/** client on Node: `connect(game, url, { name })`. */
export { accountsAt } from './accounts.node.ts'
export { connect, type NodeClientOptions, type WayOptions } from './connect.node.ts'
export * from './index.ts'
export { queryServer } from './query.node.ts'
export { type UpdateContentOptions, updateContent } from './update.node.ts'
