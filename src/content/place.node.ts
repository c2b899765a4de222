import { constants, copyFile, mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { OutsideError } from '../core/index.ts'
import { ContentFolder, hashFile } from './folder.node.ts'
import { type Manifest, manifestBytes, readManifest } from './manifest.ts'
import { sha256 } from './sha256.node.ts'
import { isDigest } from './sha256.ts'
import type { Partial } from './upgrade.ts'

/**
 * A client's content on disk. Whole versions lie side by side, and one small file says which of them is in use, so
 * that replacing that file is the whole upgrade:
 *
 *     FOLDER/current             the version in use: 64 hexadecimal digits
 *     FOLDER/<version>/          its files, and nothing else
 *     FOLDER/<version>.json      its manifest
 *     FOLDER/staging/<sha256>    files that are coming in, whole or in part
 */
export interface Installed {
  readonly version: string
  /** Where the files are. */
  readonly folder: string
  readonly manifest: Manifest
}

/** Returns the content in use; undefined where there is none, or where it is not whole. */
export async function installed(folder: string): Promise<Installed | undefined> {
  const version = (await readText(join(folder, 'current')))?.trim()
  if (!isDigest(version)) return undefined
  const text = await readText(join(folder, `${version}.json`))
  const read = readManifest(new TextEncoder().encode(text ?? ''), sha256)
  if (read.is === 'refused' || read.manifest.version !== version) return undefined
  return { version, folder: join(folder, version), manifest: read.manifest }
}

/** Keeps what is being fetched: files by their hash, through interruptions. */
export class Staging {
  readonly #folder: string

  private constructor(folder: string) {
    this.#folder = folder
  }

  static async open(folder: string): Promise<Staging> {
    const staging = new Staging(join(folder, 'staging'))
    await mkdir(staging.#folder, { recursive: true })
    return staging
  }

  /** Returns everything kept, each with the running hash of its bytes. */
  async kept(): Promise<Map<string, Partial>> {
    const kept = new Map<string, Partial>()
    for (const name of await readdir(this.#folder)) {
      if (!isDigest(name)) continue
      const hash = sha256()
      let length = 0
      const handle = await open(this.pathOf(name))
      for await (const part of handle.createReadStream()) {
        hash.update(part)
        length += part.length
      }
      kept.set(name, { length, hash })
    }
    return kept
  }

  async keep(digest: string, offset: number, bytes: Uint8Array): Promise<void> {
    const handle = await open(this.pathOf(digest), constants.O_CREAT | constants.O_WRONLY, 0o644)
    try {
      for (let done = 0; done < bytes.length; )
        done += (await handle.write(bytes, done, bytes.length - done, offset + done)).bytesWritten
    } finally {
      await handle.close()
    }
  }

  async discard(digest: string): Promise<void> {
    await rm(this.pathOf(digest), { force: true })
  }

  pathOf(digest: string): string {
    return join(this.#folder, digest)
  }
}

export interface PlaceOptions {
  readonly folder: string
  readonly manifest: Manifest
  readonly staging: Staging
  /** Called before each step that changes something on disk, for tests that end the process there. */
  readonly before?: (step: string) => void
}

/**
 * Puts new content in place [U13]. Until the very last step the old content is in use, and then the new: a process
 * that dies in between leaves one or the other, and placing again repairs the rest.
 *
 * @throws OutsideError when a file is not what the manifest says, or the disk does not take it; the old content stays
 */
export async function place({ folder, manifest, staging, before = () => {} }: PlaceOptions): Promise<void> {
  const old = await installed(folder)
  const { version, files } = manifest
  const next = join(folder, 'staging', 'next')
  before('clear what an interrupted placing left')
  await rm(next, { recursive: true, force: true })
  await mkdir(next, { recursive: true })
  const oldPaths = new Map(old?.manifest.files.map((file) => [file.sha256, join(old.folder, file.path)]))
  const folders = new Set([next])
  for (const file of files) {
    const target = join(next, file.path)
    before(`copy ${file.path}`)
    await mkdir(dirname(target), { recursive: true })
    for (let parent = dirname(target); parent !== next; parent = dirname(parent)) folders.add(parent)
    const isCopied =
      (await copyGood(staging.pathOf(file.sha256), target, file)) ||
      (await copyGood(oldPaths.get(file.sha256), target, file))
    if (!isCopied)
      throw new OutsideError(
        `The file ${file.path} is missing or is not what its hash says; nothing was changed.`,
      )
  }
  for (const path of folders) await syncFolder(path)
  before('write the manifest')
  await writeWhole(join(folder, `${version}.json`), manifestBytes(manifest))
  if (!(await isWhole(join(folder, version), version))) {
    before('clear a version that is not whole')
    await rm(join(folder, version), { recursive: true, force: true })
    before('move the version beside the old')
    await rename(next, join(folder, version))
    await syncFolder(folder)
  }
  before('make it the current one')
  await writeWhole(join(folder, 'current'), new TextEncoder().encode(`${version}\n`))
  before('clear what nobody needs')
  await clear(folder, [version, old?.version])
}

/** Returns whether the folder of a version exists and holds what it should. */
async function isWhole(path: string, version: string): Promise<boolean> {
  try {
    return (await ContentFolder.open(path)).manifest.version === version
  } catch {
    return false
  }
}

/** Copies a file onto the disk if its hash is right. */
async function copyGood(
  source: string | undefined,
  target: string,
  { size, sha256: digest }: { readonly size: number; readonly sha256: string },
): Promise<boolean> {
  if (source === undefined && size > 0) return false
  try {
    if (size === 0) await writeFile(target, '')
    else await copyFile(source!, target, constants.COPYFILE_FICLONE)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw cannotWrite(target, error)
  }
  const copy = await hashFile(target)
  if (copy.size !== size || copy.sha256 !== digest) return false
  await sync(target)
  return true
}

/** Writes a small file, all of it or none. */
async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  try {
    await writeFile(`${path}.new`, bytes, { flush: true })
    await rename(`${path}.new`, path)
    await syncFolder(dirname(path))
  } catch (error) {
    throw cannotWrite(path, error)
  }
}

/** Deletes other versions, but keeps the one before: a running program may still have it open. */
async function clear(folder: string, kept: readonly (string | undefined)[]): Promise<void> {
  await rm(join(folder, 'staging'), { recursive: true, force: true })
  for (const name of await readdir(folder)) {
    const version = name.slice(0, 64)
    if (isDigest(version) && !kept.includes(version))
      await rm(join(folder, name), { recursive: true, force: true })
  }
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r+')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Makes a folder's names last, on systems that can. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch {
    return undefined
  }
}

function cannotWrite(path: string, error: unknown): OutsideError {
  return new OutsideError(`${path} cannot be written: ${(error as NodeJS.ErrnoException).code ?? error}.`)
}
