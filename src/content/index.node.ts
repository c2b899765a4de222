/** content on Node: folders that are served, and folders that are kept up to date. */

export { type FetchOptions, fetchContent, type Updated } from './fetch.node.ts'
export { ContentFolder, type ContentSource } from './folder.node.ts'
export * from './index.ts'
export { type Installed, installed, type PlaceOptions, type Staging } from './place.node.ts'
export { sha256 } from './sha256.node.ts'
export { type UpdateOptions, update } from './update.node.ts'
