import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs'
import { OutsideError } from '../../core/index.ts'
import { type Key, type Keys, unprinted } from '../../store/index.ts'

/**
 * Keeps keys in a file of their own, for one server process: made on first start, readable by its owner only, never
 * printed [A22]. Several servers keep them in their store instead (`store.keys`).
 *
 * @throws OutsideError when others may read the file, or it cannot be read or is broken
 */
export function openKeyFile(path: string): Keys {
  if (!existsSync(path)) write(path, [])
  refuseOpen(path)
  let keys = read(path)
  return {
    async add(key) {
      if (keys.some(({ id }) => id === key.id)) return false
      const more = [...keys, key].sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1))
      write(path, more)
      keys = more
      return true
    },
    async list(purpose) {
      return keys.filter((key) => key.purpose === purpose).map((key) => unprinted({ ...key }, 'secret'))
    },
    async remove(id) {
      const fewer = keys.filter((key) => key.id !== id)
      if (fewer.length === keys.length) return false
      write(path, fewer)
      keys = fewer
      return true
    },
  }
}

/** @throws OutsideError when anyone but its owner may read or write the file. Windows has no such bits. */
function refuseOpen(path: string): void {
  const { mode } = statSync(path)
  if (process.platform === 'win32' || (mode & 0o077) === 0) return
  throw new OutsideError(
    `The key file ${path} can be read by others (mode ${(mode & 0o777).toString(8)}). Take it from them with: chmod 600 ${path}; delete it instead if they may have seen it.`,
  )
}

function read(path: string): readonly Key[] {
  try {
    const list: unknown = JSON.parse(readFileSync(path, 'utf8'))
    if (!Array.isArray(list)) throw new Error('no list')
    return list.map(({ id, purpose, secret, createdAt, expiresAt }) => {
      const bytes = Uint8Array.from(Buffer.from(String(secret), 'base64'))
      const isFit = typeof id === 'string' && typeof purpose === 'string' && bytes.length > 0
      if (!isFit || !Number.isFinite(createdAt) || !Number.isFinite(expiresAt)) throw new Error('no key')
      return { id, purpose, secret: bytes, createdAt, expiresAt }
    })
  } catch {
    // Not the reason: that may quote what is in the file.
    throw new OutsideError(
      `The key file ${path} cannot be read or is broken; delete it, and a new one is made.`,
    )
  }
}

/** Writes the whole file, or leaves the one before. */
function write(path: string, keys: readonly Key[]): void {
  const text = JSON.stringify(
    keys.map(({ secret, ...rest }) => ({ ...rest, secret: Buffer.from(secret).toString('base64') })),
    undefined,
    2,
  )
  const fresh = `${path}.${randomBytes(4).toString('hex')}`
  try {
    const file = openSync(fresh, 'wx', 0o600)
    try {
      writeSync(file, `${text}\n`)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    chmodSync(fresh, 0o600)
    renameSync(fresh, path)
  } catch (error) {
    throw new OutsideError(
      `The key file ${path} cannot be written: ${(error as NodeJS.ErrnoException).code}.`,
    )
  }
}
