import { existsSync, readFileSync } from 'node:fs'
import { OutsideError } from '../core/index.ts'

const DEFAULT_FILE = 'shardless.config.json'

/**
 * Reads the config file: the one that was named, or shardless.config.json of the working folder if it exists.
 *
 * @throws OutsideError when it cannot be read or is no JSON object
 */
export function readConfig(
  named: string | undefined,
): { readonly path: string; readonly values: Readonly<Record<string, unknown>> } | undefined {
  const path = named ?? DEFAULT_FILE
  if (named === undefined && !existsSync(path)) return undefined
  let values: unknown
  try {
    values = JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    const reason =
      error instanceof SyntaxError
        ? `is not JSON: ${error.message}`
        : `cannot be read: ${(error as NodeJS.ErrnoException).code}`
    throw new OutsideError(`The config file ${path} ${reason}.`)
  }
  if (typeof values !== 'object' || values === null || Array.isArray(values))
    throw new OutsideError(`The config file ${path} holds no object; it wants { "option": value, ... }.`)
  return { path, values: values as Record<string, unknown> }
}
