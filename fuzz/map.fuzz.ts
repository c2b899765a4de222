import { inflateSync } from 'node:zlib'
import { OutsideError } from '../src/core/index.ts'
import { type Decompress, parseMap } from '../src/geometry/index.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** After a zero byte in the input comes the text of a tileset in a file of its own. */
const SPLIT = '\0'

const tile =
  '<tile id="0"><objectgroup><object id="1" x="0" y="4" width="2" height="4"/></objectgroup></tile>'
const tsx = `<tileset name="t" tilewidth="8" tileheight="8" tilecount="2">${tile}</tileset>`
const head = '"orientation":"orthogonal","width":4,"height":4,"tilewidth":8,"tileheight":8'
const objects = [
  '{"id":1,"x":1,"y":1,"width":8,"height":8,"rotation":30,"type":"hut"}',
  '{"id":2,"x":1,"y":1,"polygon":[{"x":0,"y":0},{"x":9,"y":0},{"x":0,"y":9}]}',
  '{"id":3,"x":9,"y":9,"width":8,"height":4,"ellipse":true}',
]
const walls = `{"name":"walls","type":"objectgroup","offsetx":1,"objects":[${objects.join()}]}`
const ground = '{"name":"ground","type":"tilelayer","width":2,"height":2,"data":[1,0,2147483649,2]}'
const packed = '{"name":"g","type":"tilelayer","width":1,"height":1,"encoding":"base64","data":"AQAAAA=="}'
const chunks = '{"name":"c","type":"tilelayer","chunks":[{"x":-1,"y":0,"width":1,"height":1,"data":[1]}]}'
const group = `{"type":"group","name":"all","layers":[${walls}]}`
const sets = '"tilesets":[{"firstgid":1,"source":"t.tsx"}]'

export const seeds: readonly Uint8Array[] = [
  `{${head},"layers":[${walls}]}`,
  `{${head},${sets},"layers":[${ground},${packed}]}${SPLIT}${tsx}`,
  `{${head},"infinite":true,${sets},"layers":[${chunks},${group}]}${SPLIT}${tsx}`,
].map((text) => encoder.encode(text))

/** A file is a map on which a body can be asked to walk, or it is refused in a sentence. */
export function fuzz(input: Uint8Array): void {
  const [text, tileset = ''] = decoder.decode(input).split(SPLIT)
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return
  }
  try {
    const map = parseMap(json, 'fuzz.tmj', { readFile: () => tileset, decompress })
    const body = { x: 1, y: 1 }
    map.slide(body, 1, 1, 0.4)
    if (!(body.x >= 0 && body.x <= map.width && body.y >= 0 && body.y <= map.height))
      throw new Error(`A body was moved off the map, to ${body.x}, ${body.y}.`)
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error
  }
}

const decompress: Decompress = (_, bytes, bytesMax) =>
  new Uint8Array(inflateSync(bytes, { maxOutputLength: Math.max(1, bytesMax) }))
