import { existsSync } from 'node:fs'
import { extname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { OutsideError } from '../core/index.ts'

/** What Node runs as a module. */
const MODULES = /^\.[cm]?[jt]s$/

/**
 * Loads the default export of a user's module.
 *
 * @param mark  a property that it has when `maker` made it
 * @throws OutsideError when there is no such file, or it is no module or has no default export; what the module
 *   itself throws passes
 */
export async function loadDefault(
  option: string,
  file: string | undefined,
  maker: string,
  mark = 'game',
): Promise<unknown> {
  if (file === undefined)
    throw new OutsideError(
      `${option} is missing: name the module whose default export is what ${maker} made.`,
    )
  const path = resolve(file)
  if (!existsSync(path)) throw new OutsideError(`${option} names ${file}, and there is no such file.`)
  const extension = extname(path)
  if (!MODULES.test(extension))
    throw new OutsideError(
      `${option} names ${file}, which is no module; it wants a .ts, .mts, .js or .mjs file.`,
    )
  const module = await import(pathToFileURL(path).href)
  if (typeof module.default !== 'object' || module.default === null || !(mark in module.default))
    throw new OutsideError(`${file} has no default export made by ${maker}.`)
  return module.default
}
