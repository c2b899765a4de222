import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { OutsideError } from '../core/index.ts'

/**
 * The default export of a module of the user's.
 *
 * @throws OutsideError when there is no such file or it has no default export; what the module itself throws passes
 */
export async function loadDefault(option: string, file: string | undefined, maker: string): Promise<unknown> {
  if (file === undefined)
    throw new OutsideError(
      `${option} is missing: name the module whose default export is what ${maker} made.`,
    )
  const path = resolve(file)
  if (!existsSync(path)) throw new OutsideError(`${option} names ${file}, and there is no such file.`)
  const module = await import(pathToFileURL(path).href)
  if (typeof module.default !== 'object' || module.default === null || !('game' in module.default))
    throw new OutsideError(`${file} has no default export made by ${maker}.`)
  return module.default
}
