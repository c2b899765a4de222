/** client in a browser: `connect(game, url, { name })`. */
export { accountsAt } from './accounts.web.ts'
export { connect, type WebClientOptions } from './connect.web.ts'
export { mapKeeper } from './fetch-maps.web.ts'
export * from './index.ts'
export { queryServer } from './query.web.ts'
