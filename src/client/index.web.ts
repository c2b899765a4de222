/** client in a browser: `connect(game, url, { name })`. */

export { queryServer } from './ask/query.web.ts'
export * from './index.ts'
export { accountsAt } from './session/accounts.web.ts'
export { connect, type WebClientOptions } from './session/connect.web.ts'
export { mapKeeper } from './show/fetch-maps.web.ts'
