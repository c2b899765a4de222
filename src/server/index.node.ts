/** server on Node: `serve(definition, { listen })`. */

export { type CertificateFiles, contentFiles } from '../web/index.node.ts'
export { type AdminOptions, connectAdmin } from './admin/admin-listener.node.ts'
export { openTokenFile, readTokenFile } from './admin/token-file.node.ts'
export * from './index.ts'
export { type LoadedMap, type LoadMapOptions, loadMap, surveyMapFile } from './load-map.node.ts'
export { type DirectoryProcess, serveDirectory } from './process/directory-process.node.ts'
export {
  type GatewayProcess,
  type GatewayProcessOptions,
  serveGateway,
} from './process/gateway-process.node.ts'
export type { ClusterPlace } from './process/place.node.ts'
export { type RegionProcess, type RegionProcessOptions, serveRegion } from './process/region-process.node.ts'
export { type Server, serve } from './serve.node.ts'
export type { ServeOptions } from './serve-options.node.ts'
export type { MapWatcher } from './watch-map.node.ts'
