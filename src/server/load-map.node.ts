import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { OutsideError } from '../core/index.ts'
import { parseMap, type WorldMap } from '../world/index.ts'

/**
 * Reads a map from a file of the Tiled editor (.tmj).
 *
 * @throws OutsideError with one sentence naming the file, and layer and object where one of them is wrong
 */
export function loadMap(file: URL | string): WorldMap {
  const path = file instanceof URL ? fileURLToPath(file) : file
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw new OutsideError(
      `The map ${path} cannot be read: ${(error as NodeJS.ErrnoException).code ?? error}.`,
    )
  }
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw new OutsideError(`The map ${path} is not JSON: ${(error as Error).message}.`)
  }
  return parseMap(json, basename(path))
}
