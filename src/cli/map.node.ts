import { writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { OutsideError } from '../core/index.ts'
import type { MapSurvey, SolidKind } from '../geometry/index.ts'
import { surveyMapFile } from '../server/index.node.ts'
import { mapSvg } from './map-svg.ts'
import type { Settings } from './options.ts'

/**
 * `shardless map FILE`: says what was made of a map's file, what was ignored and why; draws it as SVG if asked to.
 */
export async function runMap(settings: Settings, file: string): Promise<void> {
  const survey = surveyMapFile(file)
  for (const line of surveyLines(survey)) console.log(line)
  if (settings.svg === undefined) return
  const svg = String(settings.svg)
  try {
    writeFileSync(svg, mapSvg(survey.map))
  } catch (error) {
    throw new OutsideError(`The picture ${svg} cannot be written: ${(error as NodeJS.ErrnoException).code}.`)
  }
}

const KINDS: readonly (readonly [SolidKind, string, string])[] = [
  ['wall', 'wall', 'walls'],
  ['water', 'water', 'water'],
  ['tree', 'tree', 'trees'],
]

function surveyLines({ map, notes, layers, files }: ReturnType<typeof surveyMapFile>): string[] {
  const solids = KINDS.map(([kind, one, many]) => {
    const count = map.solids.filter((solid) => solid.kind === kind).length
    return `${count} ${count === 1 ? one : many}`
  })
  const [own, ...others] = files.map((file) => basename(file))
  return [
    line('map', [own, ...new Set(others)].join(', ')),
    line('size', `${map.width} x ${map.height} m`),
    line('solids', solids.join(', ')),
    line('spawns', `${map.spawns.length}`),
    line('portals', `${map.portals.length}`),
    line('objects', `${map.objects.length}`),
    ...layers.map(layerLine),
    ...(notes.length === 0
      ? [line('passed over', 'nothing')]
      : notes.map((note) => line('passed over', note))),
  ]
}

function layerLine({ name, is, use, solids, objects }: MapSurvey['layers'][number]): string {
  const told = [is === 'objects' ? `${counted(objects, 'object')}, ${use}` : `${is}, ${use}`]
  if (solids > 0) told.push(counted(solids, 'solid'))
  return line('layer', `'${name}': ${told.join('; ')}`)
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}

/** Prints a map author's text without whatever would move a terminal's cursor or paint on it. */
function line(what: string, said: string): string {
  return `${what.padEnd(11)} ${said.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')}`
}
