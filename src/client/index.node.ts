/** client on Node: `connect(game, url, { name })`. */
export { connect } from './connect.node.ts'
export * from './index.ts'
