import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { OutsideError } from '../../core/index.ts'

const TOKEN_BYTES = 32

/**
 * Reads the token of a server's console from its file; a file that is not there is made, with a new token, for its
 * owner's eyes alone.
 *
 * @throws OutsideError when others may read it, or it cannot be read or made
 */
export function openTokenFile(path: string): string {
  if (!existsSync(path)) {
    const token = randomBytes(TOKEN_BYTES).toString('base64url')
    try {
      writeFileSync(path, `${token}\n`, { mode: 0o600, flag: 'wx' })
    } catch (error) {
      throw new OutsideError(
        `The token file ${path} cannot be made: ${(error as NodeJS.ErrnoException).code}.`,
      )
    }
  }
  return readTokenFile(path)
}

/** @throws OutsideError when others may read it, or it cannot be read */
export function readTokenFile(path: string): string {
  let text: string
  try {
    const { mode } = statSync(path)
    if (process.platform !== 'win32' && (mode & 0o077) !== 0)
      throw new OutsideError(
        `The token file ${path} can be read by others (mode ${(mode & 0o777).toString(8)}). Take it from them with: chmod 600 ${path}; delete it instead if they may have seen it.`,
      )
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof OutsideError) throw error
    throw new OutsideError(
      `The token file ${path} cannot be read: ${(error as NodeJS.ErrnoException).code}. A server that was started with --admin makes it.`,
    )
  }
  return text.trim()
}
