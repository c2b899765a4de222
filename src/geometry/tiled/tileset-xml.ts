import { fail, type Json } from './reading.ts'
import { type Element, parseXml } from './xml.ts'

/**
 * A tileset of Tiled's older format, .tsx, as the newer, .tsj, would have it. Only what stands in the way is taken over.
 *
 * @throws OutsideError for what is not such a file
 */
export function tilesetFromXml(text: string, where: string): Json {
  const set = parseXml(text, where)
  if (set.name !== 'tileset') fail(where, `begins with <${set.name}>; a .tsx begins with <tileset>`)
  return { ...plain(set.attributes), ...properties(set), tiles: children(set, 'tile').map(tile) }
}

function tile(element: Element): Json {
  const [group] = children(element, 'objectgroup')
  const objects = group ? children(group, 'object').map(object) : []
  return { ...plain(element.attributes), ...properties(element), objectgroup: { objects } }
}

function object(element: Element): Json {
  const shape: Record<string, unknown> = {}
  for (const { name, attributes } of element.children)
    if (name === 'polygon' || name === 'polyline') shape[name] = corners(attributes.points ?? '')
    else if (name === 'ellipse' || name === 'point' || name === 'capsule') shape[name] = true
  return { ...plain(element.attributes), ...properties(element), ...shape }
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

function properties(element: Element): Json {
  const [list] = children(element, 'properties')
  const entries = list ? children(list, 'property') : []
  return {
    properties: entries.map(({ attributes: { name, type, value } }) => ({
      name,
      value: type === 'bool' ? value === 'true' : type === 'int' || type === 'float' ? Number(value) : value,
    })),
  }
}

const NUMBERS = ['id', 'x', 'y', 'width', 'height', 'rotation', 'gid', 'tilewidth', 'tileheight', 'tilecount']

function plain(attributes: Element['attributes']): Record<string, unknown> {
  const values: Record<string, unknown> = { ...attributes }
  for (const name of NUMBERS) if (values[name] !== undefined) values[name] = Number(values[name])
  return values
}

function children(element: Element, name: string): Element[] {
  return element.children.filter((child) => child.name === name)
}
