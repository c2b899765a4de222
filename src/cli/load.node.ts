import { existsSync } from 'node:fs'
import { extname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { OutsideError } from '../core/index.ts'

/** What Node runs as a module. */
const MODULES = /^\.[cm]?[jt]s$/

/** What a module gives out, by name. */
export type Exports = Readonly<Record<string, unknown>>

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
  return (await loadModule(option, file, { maker, isWanted: (made) => mark in made })).default
}

/**
 * Loads a user's module.
 *
 * @param wanted  whether its default export is what `maker` made
 * @throws OutsideError as `loadDefault`
 */
export async function loadModule(
  option: string,
  file: string | undefined,
  { maker, isWanted }: { readonly maker: string; readonly isWanted: (made: object) => boolean },
): Promise<Exports> {
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
  const module: Exports = await import(pathToFileURL(path).href)
  const made = module.default
  if (typeof made !== 'object' || made === null || !isWanted(made))
    throw new OutsideError(`${file} has no default export made by ${maker}.`)
  return module
}
