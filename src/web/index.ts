/**
 * web: what a server answers over HTTP: pages, files, client content, accounts, connect tokens, and information
 * about itself. It knows of the server what `Served` says. Everything that touches a socket is behind
 * `index.node.ts`.
 *
 *     socket --> WebDoor: how many, how often --> pages: one list of paths --> files, content, accounts, tokens, stats
 */

export { exposition } from './exposition.ts'
export { webMetrics } from './metrics.ts'
export type { LoginCheck, Served } from './served.ts'
