/** client on Node: `connect(game, url, { name })`. */

export { queryServer } from './ask/query.node.ts'
export { type UpdateContentOptions, updateContent } from './ask/update.node.ts'
export * from './index.ts'
export { accountsAt } from './session/accounts.node.ts'
export { connect, type NodeClientOptions, type WayOptions } from './session/connect.node.ts'
