import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { OutsideError } from '../../core/index.ts'
import { SCHEMA_VERSION } from '../sql/schema.ts'
import type { Store } from '../store.ts'
import {
  BrokenBackup,
  headLine,
  LineReader,
  LineWriter,
  readHead,
  readTail,
  tailLine,
} from './backup-lines.ts'
import type { DumpRow } from './dump.ts'

/** The longest line that is ours: the largest row is a character with its state in base64. */
const LINE_LENGTH_MAX = 1_000_000

export interface Backup {
  /** When it was made, in ms since 1970-01-01 UTC. */
  readonly at: number
  readonly rows: number
  readonly bytes: number
}

/**
 * Writes everything in the store, as of one moment, to a file that any store can be restored from. Servers go on
 * meanwhile. The file appears when it is whole and on disk, with mode 600, and replaces one of that name; until
 * then there is FILE.part, which may be deleted. It holds password hashes and keys.
 *
 * @throws OutsideError where the file cannot be written
 */
export async function backupStore(store: Store, path: string, at: number = Date.now()): Promise<Backup> {
  const target = resolve(path)
  const part = `${target}.part`
  const hash = createHash('sha256')
  const writer = new LineWriter((bytes) =>
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64'),
  )
  let bytes = 0
  let file: FileHandle | undefined
  try {
    file = await open(part, 'w', 0o600)
    const write = async (lines: string): Promise<void> => {
      const encoded = Buffer.from(lines)
      hash.update(encoded)
      bytes += encoded.length
      await file!.writeFile(encoded)
    }
    await write(headLine({ schema: SCHEMA_VERSION, at }))
    for await (const batch of store.dump()) await write(writer.write(batch))
    await write(tailLine({ rows: writer.rows, sha256: hash.copy().digest('hex') }))
    await file.sync()
    await file.close()
    await rename(part, target)
    await syncFolder(dirname(target))
  } catch (error) {
    if (file !== undefined) await file.close().then(() => rm(part, { force: true }))
    throw told(error, `${target} cannot be written`)
  }
  return { at, rows: writer.rows, bytes }
}

/**
 * Replaces everything in the store by what a backup holds, in one transaction. Servers may go on meanwhile; the
 * players whose characters it touches leave the world, since every lease ends. The file is read through and
 * verified first, so a torn or foreign one changes nothing.
 *
 * @throws OutsideError where the file cannot be read or is not whole; then nothing has changed
 */
export async function restoreStore(store: Store, path: string): Promise<Backup> {
  const verified = await verifyBackup(path)
  const target = resolve(path)
  const seen = { rows: 0, bytes: 0 }
  // Read a second time, and held against its checksum again: it might have been changed in between.
  await store.restore(readBackup(target, seen))
  return { ...verified, ...seen }
}

/**
 * Reads a backup through without a store.
 *
 * @throws OutsideError where it cannot be read or is not whole
 */
export async function verifyBackup(path: string): Promise<Backup> {
  const seen = { rows: 0, bytes: 0, at: 0 }
  for await (const _ of readBackup(resolve(path), seen));
  return seen
}

/** Reads a backup's rows; they are good only if the end of the file comes. */
async function* readBackup(
  path: string,
  seen: { rows: number; bytes: number; at?: number },
): AsyncGenerator<readonly DumpRow[]> {
  const hash = createHash('sha256')
  const reader = new LineReader((text) => new Uint8Array(Buffer.from(text, 'base64')))
  let isHeadRead = false
  let isWhole = false
  let rest = Buffer.alloc(0)
  try {
    for await (const chunk of createReadStream(path)) {
      seen.bytes += chunk.length
      const text = Buffer.concat([rest, chunk])
      const batch: DumpRow[] = []
      let from = 0
      for (let end = text.indexOf(10); end >= 0; end = text.indexOf(10, from)) {
        const bytes = text.subarray(from, end + 1)
        const line = bytes.toString('utf8', 0, bytes.length - 1)
        from = end + 1
        if (isWhole) throw new BrokenBackup('something follows its end')
        if (!isHeadRead) {
          seen.at = readHead(line).at
          isHeadRead = true
          hash.update(bytes)
          continue
        }
        const tail = readTail(line)
        if (tail === undefined) {
          const row = reader.read(line)
          hash.update(bytes)
          if (row !== undefined) batch.push(row)
        } else if (tail.rows !== reader.rows || tail.sha256 !== hash.digest('hex')) {
          throw new BrokenBackup('it is not what was written: its checksum differs')
        } else {
          isWhole = true
        }
      }
      rest = text.subarray(from)
      if (rest.length > LINE_LENGTH_MAX || (!isHeadRead && rest.length > 1000))
        throw new BrokenBackup('it is no backup')
      seen.rows = reader.rows
      if (batch.length > 0) yield batch
    }
    if (!isHeadRead) throw new BrokenBackup('it is no backup')
    if (!isWhole || rest.length > 0) throw new BrokenBackup('it is torn: its end is missing')
  } catch (error) {
    throw told(error, `${path} cannot be restored`)
  }
}

/** Makes a rename last, where folders can be synchronised. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => undefined)
  await folder?.sync().catch(() => {})
  await folder?.close()
}

function told(error: unknown, what: string): unknown {
  if (error instanceof BrokenBackup)
    return new OutsideError(`${what}: ${error.message}. Nothing was changed.`)
  const { code } = error as { code?: string }
  switch (code) {
    case 'ENOENT':
      return new OutsideError(`${what}: there is no such file or folder.`)
    case 'EACCES':
    case 'EPERM':
      return new OutsideError(`${what}: this user has not the right to.`)
    case 'ENOSPC':
      return new OutsideError(`${what}: the disk is full.`)
    case 'EISDIR':
      return new OutsideError(`${what}: it is a folder.`)
    default:
      return error
  }
}
