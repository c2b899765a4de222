/** client in a browser: `connect(game, url, { name })`. */
export { connect } from './connect.web.ts'
export * from './index.ts'
