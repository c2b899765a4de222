import { inflateSync } from 'node:zlib'
import { OutsideError } from '../src/core/index.ts'
import { assembleMap, cutMap, type Decompress, surveyMap } from '../src/geometry/index.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** Separates the map's text from that of a tileset or template in a file of its own, and so on. */
const SPLIT = '\0'

const tile =
  '<tile id="0"><objectgroup><object id="1" x="0" y="4" width="2" height="4"/></objectgroup></tile>'
const tsx = `<tileset name="t" tilewidth="8" tileheight="8" tilecount="2">${tile}</tileset>`
const head = '"orientation":"orthogonal","width":4,"height":4,"tilewidth":8,"tileheight":8'
const objects = [
  '{"id":1,"x":1,"y":1,"width":8,"height":8,"rotation":30,"type":"hut"}',
  '{"id":2,"x":1,"y":1,"polygon":[{"x":0,"y":0},{"x":9,"y":0},{"x":0,"y":9}]}',
  '{"id":3,"x":9,"y":9,"width":8,"height":4,"ellipse":true}',
  '{"id":4,"x":9,"y":9,"width":8,"height":4,"capsule":true}',
]
const walls = `{"name":"walls","type":"objectgroup","offsetx":1,"objects":[${objects.join()}]}`
const ground = '{"name":"ground","type":"tilelayer","width":2,"height":2,"data":[1,0,2147483649,2]}'
const packed = '{"name":"g","type":"tilelayer","width":1,"height":1,"encoding":"base64","data":"AQAAAA=="}'
const chunks = '{"name":"c","type":"tilelayer","chunks":[{"x":-1,"y":0,"width":1,"height":1,"data":[1]}]}'
const group = `{"type":"group","name":"all","layers":[${walls}]}`
const sets = '"tilesets":[{"firstgid":1,"source":"t.tsx"}]'
const props =
  '{"firstgid":1,"name":"p","tilewidth":9,"tileheight":9,"tileoffset":{"x":1,"y":2},"objectalignment":"center",' +
  '"tilerendersize":"grid","fillmode":"preserve-aspect-fit","tiles":{"3":{"image":"a.png","imagewidth":4,"imageheight":8}},' +
  '"tileproperties":{"3":{"solid":true}}}'
const things =
  '{"name":"things","type":"objectgroup","objects":[{"id":1,"gid":2684354564,"x":8,"y":8,"width":8,"height":4,"rotation":20},' +
  '{"id":2,"x":0,"y":0,"template":"a.tj"}]}'
const tj =
  '{"object":{"gid":1,"width":4,"height":4,"properties":{"solid":"water"}},"tileset":{"firstgid":1,"source":"t.tsx"}}'
const tmx =
  '<map orientation="orthogonal" width="2" height="1" tilewidth="8" tileheight="8"><tileset firstgid="1" source="t.tsx"/>' +
  '<group name="decor"><layer name="w" width="2" height="1"><data encoding="csv">1,2</data></layer></group>' +
  '<layer name="walls" width="2" height="1"><properties><property name="solid" value="tree"/></properties><data><tile gid="1"/><tile/></data></layer>' +
  '<objectgroup name="x"><object id="1" gid="1" x="0" y="8"/><object x="1" y="1"><polyline points="0,0 4,4"/></object></objectgroup></map>'

export const seeds: readonly Uint8Array[] = [
  `{${head},"layers":[${walls}]}`,
  `{${head},${sets},"layers":[${ground},${packed}]}${SPLIT}${tsx}`,
  `{${head},"infinite":true,${sets},"layers":[${chunks},${group}]}${SPLIT}${tsx}`,
  `{${head},"tilesets":[${props}],"layers":[${things},${ground}]}${SPLIT}${tj}${SPLIT}${tsx}`,
  `${tmx}${SPLIT}${tsx}`,
].map((text) => encoder.encode(text))

/** Reads a file: it is a map that a body can walk on and that can be cut, or it is refused in a sentence. */
export function fuzz(input: Uint8Array): void {
  const [text, ...files] = decoder.decode(input).split(SPLIT)
  let json: unknown = text
  if (!text.startsWith('<'))
    try {
      json = JSON.parse(text)
    } catch {
      return
    }
  let asked = 0
  const readFile = (): string => files[asked++ % files.length] ?? ''
  try {
    const { map, notes } = surveyMap(json, 'fuzz.tmj', { readFile, decompress })
    if (notes.length > 200) throw new Error(`${notes.length} sentences were told of one map.`)
    const body = { x: 1, y: 1 }
    map.slide(body, 1, 1, 0.4)
    if (!(body.x >= 0 && body.x <= map.width && body.y >= 0 && body.y <= map.height))
      throw new Error(`A body was moved off the map, to ${body.x}, ${body.y}.`)
    const pieces = cutMap(map)
    const assembled = assembleMap(pieces.files)
    if (assembled.is === 'refused') throw new Error(`Its pieces make no map: ${assembled.reason}`)
    if (cutMap(assembled.map).hash !== pieces.hash) throw new Error('Its pieces make another map.')
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error
  }
}

const decompress: Decompress = (_, bytes, bytesMax) =>
  new Uint8Array(inflateSync(bytes, { maxOutputLength: Math.max(1, bytesMax) }))
