/** content in a browser: a page that reloads itself when there is a newer one. */
export * from './index.ts'
export { type FollowedClient, type Reloader, type ReloadOptions, reloadWhenNewer } from './reload.web.ts'
