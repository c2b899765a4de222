/** server on Node: `serve(definition, { listen })`. */

export { type CertificateFiles, contentFiles } from '../web/index.node.ts'
export * from './index.ts'
export { type LoadedMap, type LoadMapOptions, loadMap, surveyMapFile } from './load-map.node.ts'
export { type ServeOptions, type Server, serve } from './serve.node.ts'
export type { MapWatcher } from './watch-map.node.ts'
