/**
 * Turns files of Tiled's older format, XML, into the newer one, JSON:
 *
 *     .tmx --> .tmj      .tsx --> .tsj      .tx --> .tj
 *
 * What only the drawing needs is left out. Source: Tiled 1.10, "TMX Map Format".
 */
import { fail, type Json } from './reading.ts'
import { TILES_MAX } from './tile-data.ts'
import { type Element, parseXml } from './xml.ts'

/** The element with which a file of this format begins. */
export type RootName = 'map' | 'tileset' | 'template'

const ENDINGS: Readonly<Record<RootName, string>> = { map: '.tmx', tileset: '.tsx', template: '.tx' }

/** @throws OutsideError for anything else */
export function fromXml(text: string, root: RootName, where: string): Json {
  const element = parseXml(text, where)
  if (element.name !== root)
    fail(where, `begins with <${element.name}>; a ${ENDINGS[root]} begins with <${root}>`)
  if (root === 'map') return map(element)
  return root === 'tileset' ? tileset(element) : template(element)
}

function map(element: Element): Json {
  return {
    ...plain(element),
    infinite: element.attributes.infinite === '1',
    tilesets: children(element, 'tileset').map(tileset),
    layers: layers(element),
  }
}

function template(element: Element): Json {
  const [set] = children(element, 'tileset')
  const [only] = children(element, 'object')
  return { type: 'template', tileset: set && tileset(set), object: only && object(only) }
}

function tileset(element: Element): Json {
  const [offset] = children(element, 'tileoffset')
  return {
    ...plain(element),
    ...image(element),
    tileoffset: offset && plain(offset),
    tiles: children(element, 'tile').map(tile),
  }
}

function tile(element: Element): Json {
  const [group] = children(element, 'objectgroup')
  return { ...plain(element), ...image(element), objectgroup: group && objectLayer(group) }
}

/** Reads an image. Width and height stay undefined if the file does not say them. */
function image(element: Element): Json {
  const [picture] = children(element, 'image')
  if (!picture) return {}
  const { source, width, height } = plain(picture)
  return { image: source ?? '', imagewidth: width, imageheight: height }
}

const LAYERS: Readonly<Record<string, (element: Element) => Json>> = {
  layer: tileLayer,
  objectgroup: objectLayer,
  imagelayer: (element) => ({ ...plain(element), type: 'imagelayer' }),
  group: (element) => ({ ...plain(element), type: 'group', layers: layers(element) }),
}

function layers(element: Element): Json[] {
  return element.children
    .filter(({ name }) => Object.hasOwn(LAYERS, name))
    .map((child) => LAYERS[child.name](child))
}

function objectLayer(element: Element): Json {
  return { ...plain(element), type: 'objectgroup', objects: children(element, 'object').map(object) }
}

function object(element: Element): Json {
  const shape: Record<string, unknown> = {}
  for (const { name, attributes } of element.children)
    if (name === 'polygon' || name === 'polyline') shape[name] = corners(attributes.points ?? '')
    else if (name === 'ellipse' || name === 'point' || name === 'capsule') shape[name] = true
    else if (name === 'text') shape.text = {}
  return { ...plain(element), ...shape }
}

function corners(points: string): Json[] {
  return points
    .trim()
    .split(/\s+/)
    .map((point) => {
      const [x, y] = point.split(',').map(Number)
      return { x, y }
    })
}

function tileLayer(element: Element): Json {
  const layer = { ...plain(element), type: 'tilelayer' }
  const [data] = children(element, 'data')
  if (!data) return layer
  const { encoding, compression } = data.attributes
  const chunks = children(data, 'chunk')
  const read = (each: Element) => ({ ...plain(each), data: tilesOf(each, encoding) })
  return {
    ...layer,
    encoding,
    compression,
    ...(chunks.length > 0 ? { chunks: chunks.map(read) } : { data: tilesOf(data, encoding) }),
  }
}

/** Reads tiles: numbers where they are written as such; base64 and unknown encodings stay text. */
function tilesOf(data: Element, encoding: string | undefined): unknown {
  if (encoding === undefined)
    return children(data, 'tile').map(({ attributes }) => numberOf(attributes.gid ?? '0'))
  return encoding === 'csv' ? numbers(data.text) : data.text
}

/**
 * Reads numbers between commas, as many as a map may have. One after the other: a large map has millions of them.
 */
function numbers(text: string): unknown[] {
  const found: unknown[] = []
  for (let from = 0; from < text.length && found.length <= TILES_MAX; ) {
    let to = text.indexOf(',', from)
    if (to === -1) to = text.length
    const said = text.slice(from, to).trim()
    // Some write a comma after the last one.
    if (said !== '' || to < text.length) found.push(numberOf(said))
    from = to + 1
  }
  return found
}

function properties(element: Element): Json[] {
  const [list] = children(element, 'properties')
  const entries = list ? children(list, 'property') : []
  return entries.map(({ attributes: { name, type, value }, text }) => {
    // Text of several lines stands between the tags.
    const said = value ?? text
    if (type === 'class') return { name, type, value: {} }
    if (type === 'bool') return { name, type, value: said === 'true' }
    return { name, type, value: type === 'int' || type === 'float' ? numberOf(said) : said }
  })
}

const NUMBERS = [
  ...['id', 'x', 'y', 'width', 'height', 'rotation', 'gid', 'firstgid', 'columns', 'offsetx', 'offsety'],
  ...['tilewidth', 'tileheight', 'tilecount', 'parallaxx', 'parallaxy'],
]

function plain(element: Element): Record<string, unknown> {
  const values: Record<string, unknown> = { ...element.attributes, properties: properties(element) }
  for (const name of NUMBERS) {
    const said = element.attributes[name]
    if (said !== undefined) values[name] = numberOf(said)
  }
  return values
}

/** Reads a number; a text that is none stays what it is, for the sentence that refuses it. */
function numberOf(said: string): number | string {
  const number = Number(said)
  return said.trim() === '' || !Number.isFinite(number) ? said : number
}

function children(element: Element, name: string): Element[] {
  return element.children.filter((child) => child.name === name)
}
