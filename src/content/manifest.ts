import { ShardlessError } from '../core/index.ts'
import { pathClash, pathProblem } from './path.ts'
import { digestOf, isDigest, type Sha256 } from './sha256.ts'

/** One file of the client's content. */
export interface ContentFile {
  /** Relative to the content's folder: `map/town/3-4.json` [U2]. */
  readonly path: string
  /** Bytes. */
  readonly size: number
  /** 64 hexadecimal digits. */
  readonly sha256: string
}

/**
 * What a client's content consists of: a folder at one moment.
 *
 * Its version is the SHA-256 of its canonical bytes, so who trusts a version can check the manifest, and through it
 * each file, wherever they came from.
 */
export interface Manifest {
  /** 64 hexadecimal digits. */
  readonly version: string
  /** By path, in the order of UTF-16 code units. */
  readonly files: readonly ContentFile[]
}

/** The largest content. A manifest beyond any of these limits is refused. */
export const contentLimits = {
  files: 10_000,
  /** The largest file. */
  fileBytes: 1024 * 1024 * 1024,
  /** The largest total of all files. */
  bytes: 8 * 1024 * 1024 * 1024,
  /** The largest manifest. */
  manifestBytes: 4 * 1024 * 1024,
} as const

export type ManifestRead =
  | { readonly is: 'manifest'; readonly manifest: Manifest }
  | { readonly is: 'refused'; readonly reason: string }

/**
 * Makes a manifest from files in any order.
 *
 * @throws `content/bad-manifest` for paths, sizes or hashes that no manifest holds. What comes from outside is checked
 *         with `readManifest` instead.
 */
export function createManifest(files: readonly ContentFile[], sha256: Sha256): Manifest {
  const sorted = files
    .map(({ path, size, sha256: digest }) => ({ path, size, sha256: digest }))
    .sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
  const bytes = canonical(sorted)
  const problem = filesProblem(sorted) ?? bytesProblem(bytes)
  if (problem !== undefined) throw new ShardlessError('content/bad-manifest', problem)
  return { version: digestOf(sha256, bytes), files: sorted }
}

/** Writes a manifest's canonical bytes: the only ones that are this manifest [U1]. */
export function manifestBytes(manifest: Manifest): Uint8Array {
  return canonical(manifest.files)
}

/** Reads a stranger's bytes as a manifest. Never throws. */
export function readManifest(bytes: Uint8Array, sha256: Sha256): ManifestRead {
  const refused = (reason: string): ManifestRead => ({ is: 'refused', reason })
  const tooLong = bytesProblem(bytes)
  if (tooLong !== undefined) return refused(tooLong)
  let text: string
  let value: unknown
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    value = JSON.parse(text)
  } catch {
    return refused('The manifest is no JSON.')
  }
  const files = (value as { files?: unknown } | null)?.files
  if ((value as { format?: unknown } | null)?.format !== 1 || !Array.isArray(files))
    return refused('The manifest is of no format known here.')
  if (!files.every(isContentFile)) return refused('The manifest has a file without path, size or SHA-256.')
  const problem = filesProblem(files)
  if (problem !== undefined) return refused(problem)
  if (textOf(files) !== text) return refused('The manifest is not in its canonical form.')
  return { is: 'manifest', manifest: { version: digestOf(sha256, bytes), files } }
}

/**
 * Reads the files that a manifest lists, where its bytes are known to be sound: they are what this server serves.
 *
 * @returns undefined for what is no manifest
 */
export function manifestFiles(bytes: Uint8Array): readonly ContentFile[] | undefined {
  // With no hash to compare there is no version to learn.
  const read = readManifest(bytes, () => ({ update() {}, digest: () => '' }))
  return read.is === 'manifest' ? read.manifest.files : undefined
}

/** Lists the files of a manifest that a client lacks: each content once, however many paths it has. */
export function missing(manifest: Manifest, have: Iterable<string>): readonly ContentFile[] {
  const known = new Set(have)
  return manifest.files.filter(({ sha256 }) => {
    if (known.has(sha256)) return false
    known.add(sha256)
    return true
  })
}

function canonical(files: readonly ContentFile[]): Uint8Array {
  return new TextEncoder().encode(textOf(files))
}

function textOf(files: readonly ContentFile[]): string {
  return JSON.stringify({
    format: 1,
    files: files.map(({ path, size, sha256 }) => ({ path, size, sha256 })),
  })
}

function isContentFile(file: unknown): file is ContentFile {
  const { path, size, sha256 } = (file ?? {}) as Record<string, unknown>
  return typeof path === 'string' && Number.isSafeInteger(size) && (size as number) >= 0 && isDigest(sha256)
}

/** Returns why these sorted files make no manifest. */
function filesProblem(files: readonly ContentFile[]): string | undefined {
  if (files.length > contentLimits.files)
    return `The manifest has ${files.length} files; ${contentLimits.files} are the most.`
  let total = 0
  for (let i = 0; i < files.length; i++) {
    const { path, size } = files[i]
    if (!isContentFile(files[i])) return `The file ${JSON.stringify(path)} has no size or no SHA-256.`
    const problem = pathProblem(path)
    if (problem !== undefined) return `The path ${JSON.stringify(path.slice(0, 300))} ${problem}.`
    if (i > 0 && files[i - 1].path > path) return 'The files of the manifest are not in order.'
    if (size > contentLimits.fileBytes)
      return `The file ${path} has ${size} bytes; ${contentLimits.fileBytes} are the most.`
    total += size
  }
  if (total > contentLimits.bytes)
    return `The files have ${total} bytes together; ${contentLimits.bytes} are the most.`
  return pathClash(files.map(({ path }) => path))
}

function bytesProblem({ length }: Uint8Array): string | undefined {
  if (length <= contentLimits.manifestBytes) return undefined
  return `The manifest has ${length} bytes; ${contentLimits.manifestBytes} are the most.`
}
