/**
 * content: what a client consists of besides its program, and how it stays up to date. Everything is named by its
 * SHA-256: a file, and the manifest that lists them, whose hash is the content's version.
 *
 *     a folder -> Manifest -> version
 *     Upgrade   -- Ask -->   ContentServing          in-band; over HTTP the same hashes are URLs
 *     (client)  <- Answer --    (server)
 *        '-> Staging -> place                         (index.node.ts)
 *
 * It is not for pages: the server room serves those, and `reloadWhenNewer` (index.web.ts) keeps them fresh.
 */
export {
  type ContentFile,
  createManifest,
  type Manifest,
  type ManifestRead,
  manifestBytes,
  manifestFiles,
  readManifest,
} from './manifest.ts'
export {
  type ContentAnswer,
  type ContentAsk,
  PIECE_BYTES_MAX,
  readAnswer,
  readAsk,
  writeAnswer,
  writeAsk,
} from './message.ts'
export { contentMetrics, upgradeMetrics } from './metrics.ts'
export { type ContentIndex, ContentServing, type ServingOptions, type ServingOutput } from './serving.ts'
export { isDigest, type RunningHash, type Sha256 } from './sha256.ts'
export type { Partial, Upgrade, UpgradeOptions, UpgradeOutput, UpgradeProgress } from './upgrade.ts'
