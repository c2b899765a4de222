/**
 * What is solid on a map lies where Tiled itself draws it: maps from seeds, held against the pictures of its
 * rasterizer.
 */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { promisify } from 'node:util'
import { findProgram, sayMissing } from '../../scripts/programs.mjs'
import { tiled } from '../../scripts/tiled.mjs'
import type { WorldMap } from '../../src/geometry/index.ts'
import { surveyMapFile } from '../../src/server/index.node.ts'
import { type DrawnMap, drawMap, MARK } from './drawn-map.ts'
import { readPpm, type Shown } from './png.ts'

const run = promisify(execFile)
const rasterizer = findProgram(tiled)
const skip = rasterizer === undefined && sayMissing(tiled)
/** The editor itself, where it lies beside its rasterizer. */
const editor = join(dirname(rasterizer ?? '.'), 'tiled')
const skipEditor = skip || (!existsSync(editor) && `${editor} is not there; it writes maps in other formats`)
const MAPS = 48
const PIXELS_PER_METRE = 16

test(`[M13] on ${MAPS} maps from seeds, what is solid is what Tiled draws`, { skip }, async (t) => {
  const compared = { solid: 0, free: 0 }
  for (let seed = 1; seed <= MAPS; seed++) {
    const drawn = drawMap(seed, newFolder(t))
    const { map } = surveyMapFile(drawn.file)
    const count = compare(map, await rasterize(drawn.file), drawn, `seed ${seed}`)
    compared.solid += count.solid
    compared.free += count.free
  }
  assert.ok(compared.solid > 100_000 && compared.free > 100_000, JSON.stringify(compared))
})

test('[M11] what Tiled itself writes as .tmx has the same on it as what it read as .tmj', {
  skip: skipEditor,
}, async (t) => {
  for (let seed = 101; seed <= 110; seed++) {
    const { file } = drawMap(seed, newFolder(t))
    const tmx = file.replace(/j$/, 'x')
    await run(editor, ['--export-map', 'tmx', file, tmx], quietly)
    assert.match(readFileSync(tmx, 'utf8'), /^<\?xml/)
    const [read, written] = [surveyMapFile(file).map, surveyMapFile(tmx).map]
    assert.deepEqual(written.solids, read.solids, `seed ${seed}`)
    assert.deepEqual(written.objects, read.objects, `seed ${seed}`)
  }
})

/** Without a screen. */
const quietly = { env: { ...process.env, QT_QPA_PLATFORM: 'offscreen' }, timeout: 60_000 }

test('[M12] and so is a rectangle or an ellipse, however it is turned', { skip }, async (t) => {
  const compared = { solid: 0, free: 0 }
  for (let seed = 201; seed <= 216; seed++) {
    const drawn = drawMap(seed, newFolder(t), 'shape')
    const { map } = surveyMapFile(drawn.file)
    const count = compare(map, await rasterize(drawn.file), drawn, `seed ${seed}`)
    compared.solid += count.solid
    compared.free += count.free
  }
  assert.ok(compared.solid > 5000 && compared.free > 100_000, JSON.stringify(compared))
})

async function rasterize(file: string): Promise<Shown> {
  const picture = file.replace(/\.\w+$/, '.ppm')
  await run(rasterizer as string, ['--no-smoothing', file, picture], quietly)
  return readPpm(readFileSync(picture))
}

/** Holds every pixel that is not at an edge against what a body of no size meets there. @returns how many there were */
function compare(map: WorldMap, shown: Shown, drawn: DrawnMap, whose: string) {
  assert.deepEqual(
    [map.width, map.height],
    [drawn.width / PIXELS_PER_METRE, drawn.height / PIXELS_PER_METRE],
    whose,
  )
  const colourAt = (x: number, y: number) =>
    shown.bytes.subarray((y * shown.width + x) * 3, (y * shown.width + x) * 3 + 3)
  const isMark = (x: number, y: number) => Buffer.compare(colourAt(x, y), Uint8Array.from(MARK)) === 0
  const at = cornerOf(shown, isMark, whose)
  const edge = drawn.edge / PIXELS_PER_METRE
  const wrong: string[] = []
  const count = { solid: 0, free: 0 }
  for (let py = 0; py < drawn.height; py++)
    for (let px = py % 2; px < drawn.width; px += 2) {
      if (px < drawn.mark.width && py < drawn.mark.height) continue
      const x = (px + 0.5) / PIXELS_PER_METRE
      const y = map.height - (py + 0.5) / PIXELS_PER_METRE
      const isDrawn = colourAt(at.x + px, at.y + py)[1] > 127
      if (isFarFromSolids(map, x, y, edge)) {
        count.free++
        if (isDrawn) wrong.push(`${px}, ${py} is drawn and free`)
      } else if (isDeepInSolids(map, x, y, edge)) {
        count.solid++
        if (!isDrawn) wrong.push(`${px}, ${py} is solid and not drawn`)
      }
    }
  assert.deepEqual(wrong.slice(0, 5), [], `${whose}: ${wrong.length} pixels, in ${drawn.file}`)
  return count
}

function cornerOf(shown: Shown, isMark: (x: number, y: number) => boolean, whose: string) {
  for (let y = 0; y < shown.height; y++)
    for (let x = 0; x < shown.width; x++) if (isMark(x, y)) return { x, y }
  throw new Error(`${whose}: the mark is not in the picture`)
}

function isFarFromSolids(map: WorldMap, x: number, y: number, edge: number): boolean {
  // At the map's own edge a body with a size is not free.
  const isInside = x > edge && y > edge && x < map.width - edge && y < map.height - edge
  return isInside && map.isFree(x, y, edge)
}

/** Looked at all around: between two solids there may be a gap as narrow as a pixel. */
function isDeepInSolids(map: WorldMap, x: number, y: number, edge: number): boolean {
  if (map.isFree(x, y, 0)) return false
  for (let i = 0; i < 36; i++) {
    const angle = (i * Math.PI) / 6
    const away = edge * (1 - Math.floor(i / 12) / 3)
    const [east, north] = [x + away * Math.cos(angle), y + away * Math.sin(angle)]
    const isInside = east > 0 && north > 0 && east < map.width && north < map.height
    if (!isInside || map.isFree(east, north, 0)) return false
  }
  return true
}

function newFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'tiled-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
