import { createReadStream } from 'node:fs'
import { lstat, open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { OutsideError } from '../core/index.ts'
import { type ContentFile, contentLimits, createManifest, type Manifest, manifestBytes } from './manifest.ts'
import type { ContentAnswer, ContentAsk } from './message.ts'
import { pathClash, pathProblem } from './path.ts'
import type { ContentIndex } from './serving.ts'
import { sha256 } from './sha256.node.ts'

/** A file as it was when it was hashed. */
interface Seen extends ContentFile {
  readonly stamp: string
}

/** The manifest's own bytes, or where a file lies. */
export type ContentSource =
  | { readonly is: 'manifest'; readonly bytes: Uint8Array }
  | { readonly is: 'file'; readonly path: string; readonly size: number }

/**
 * A folder of client content that is served: its manifest, and where each hash lies. Names that begin with a dot
 * are left out; links are refused, wherever they point.
 */
export class ContentFolder implements ContentIndex {
  readonly root: string
  #manifest: Manifest
  #bytes: Uint8Array
  #seen = new Map<string, Seen>()
  #sources = new Map<string, ContentFile>()

  private constructor(root: string) {
    this.root = root
    this.#manifest = createManifest([], sha256)
    this.#bytes = manifestBytes(this.#manifest)
  }

  /** @throws OutsideError naming the file that cannot be content, and why */
  static async open(folder: URL | string): Promise<ContentFolder> {
    const content = new ContentFolder(folder instanceof URL ? fileURLToPath(folder) : folder)
    await content.refresh()
    return content
  }

  get manifest(): Manifest {
    return this.#manifest
  }

  /** The manifest's canonical bytes. */
  get bytes(): Uint8Array {
    return this.#bytes
  }

  sizeOf(digest: string): number | undefined {
    return digest === this.#manifest.version ? this.#bytes.length : this.#sources.get(digest)?.size
  }

  /** Finds what has this SHA-256; a file by its path below `root`. */
  find(digest: string): ContentSource | undefined {
    if (digest === this.#manifest.version) return { is: 'manifest', bytes: this.#bytes }
    const file = this.#sources.get(digest)
    return file && { is: 'file', path: file.path, size: file.size }
  }

  /**
   * Reads the answer to an ask that `ContentServing` put out.
   *
   * @returns `gone` for a file that has changed or is away
   */
  async read({ sha256: digest, offset, length }: ContentAsk): Promise<ContentAnswer> {
    const found = this.find(digest)
    const gone = { is: 'gone', sha256: digest } as const
    if (found === undefined) return gone
    if (found.is === 'manifest') {
      const bytes = found.bytes.subarray(offset, offset + length)
      return { is: 'piece', sha256: digest, offset, total: found.bytes.length, bytes }
    }
    if (!(await this.isUnchanged(found.path))) return gone
    const bytes = new Uint8Array(length)
    const handle = await open(join(this.root, found.path)).catch(() => undefined)
    if (handle === undefined) return gone
    try {
      const { bytesRead } = await handle.read(bytes, 0, length, offset)
      return bytesRead === length ? { is: 'piece', sha256: digest, offset, total: found.size, bytes } : gone
    } finally {
      await handle.close()
    }
  }

  /** Returns whether a file is still as it was when it was hashed. */
  async isUnchanged(path: string): Promise<boolean> {
    try {
      return (await stampOf(join(this.root, path))) === this.#seen.get(path)?.stamp
    } catch {
      return false
    }
  }

  /**
   * Looks at the folder again. Only files whose size or time of change differ are read.
   *
   * @throws OutsideError as `open` does; the manifest stays what it was
   */
  async refresh(): Promise<void> {
    const paths = await list(this.root)
    const clash = pathClash(paths)
    if (clash !== undefined) throw new OutsideError(`${this.root} cannot be served as content: ${clash}`)
    const seen = new Map<string, Seen>()
    for (const path of paths) seen.set(path, await this.#look(path))
    const manifest = createManifest([...seen.values()], sha256)
    this.#seen = seen
    this.#manifest = manifest
    this.#bytes = manifestBytes(manifest)
    this.#sources = new Map(manifest.files.map((file) => [file.sha256, file]))
  }

  async #look(path: string): Promise<Seen> {
    const before = await stampOf(join(this.root, path))
    const known = this.#seen.get(path)
    if (known?.stamp === before) return known
    const file = await hashFile(join(this.root, path))
    if ((await stampOf(join(this.root, path))) !== before)
      throw new OutsideError(`${join(this.root, path)} changed while it was read; build first, then serve.`)
    return { path, ...file, stamp: before }
  }
}

/** Returns the size and SHA-256 of a file. */
export async function hashFile(path: string): Promise<{ readonly size: number; readonly sha256: string }> {
  const hash = sha256()
  let size = 0
  for await (const part of createReadStream(path)) {
    hash.update(part)
    size += part.length
  }
  return { size, sha256: hash.digest() }
}

async function stampOf(path: string): Promise<string> {
  const { size, mtimeMs, ctimeMs, ino } = await lstat(path)
  return `${size} ${mtimeMs} ${ctimeMs} ${ino}`
}

/** Lists the paths of all files below a folder, with `/` between names. */
async function list(root: string): Promise<string[]> {
  const found: string[] = []
  const waiting = ['']
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    let entries: Awaited<ReturnType<typeof readFolder>>
    try {
      entries = await readFolder(join(root, folder))
    } catch (error) {
      throw new OutsideError(
        `The content folder ${join(root, folder)} cannot be read: ${(error as NodeJS.ErrnoException).code}.`,
      )
    }
    for (const entry of entries) {
      if (entry.name.startsWith('.')) continue
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`
      const problem =
        pathProblem(path) ?? (entry.isFile() || entry.isDirectory() ? undefined : 'is no plain file')
      if (problem !== undefined)
        throw new OutsideError(`The path ${JSON.stringify(path)} in ${root} ${problem}.`)
      if (entry.isDirectory()) waiting.push(path)
      else found.push(path)
      if (found.length > contentLimits.files)
        throw new OutsideError(`${root} has more than ${contentLimits.files} files.`)
    }
  }
  return found
}

function readFolder(path: string) {
  return readdir(path, { withFileTypes: true })
}
