/** Says what to think of a map without solids: most likely its author marked them with other words. */
import type { AnyLayer } from './layers.ts'
import { looksSolid, saysSolid } from './looks-solid.ts'
import { asRecord, classOf, named, propertiesOf } from './reading.ts'
import type { Tileset } from './tileset.ts'

/** The most things that are named. */
const NAMED_MAX = 8

const HOW =
  "a layer is solid by its name (walls, water, trees) or its property 'solid', a tile by its property 'solid' or collision shapes"

/** @returns one sentence, without its beginning */
export function nothingSolid(layers: readonly AnyLayer[], tilesets: readonly Tileset[]): string {
  const meant = [...tilesets.flatMap(tilesThatLookSo), ...layers.flatMap(layersThatLookSo)]
  const some = meant.slice(0, NAMED_MAX)
  if (meant.length > some.length) some.push(`${meant.length - some.length} more`)
  const passedOver =
    some.length === 0 ? 'nothing looks as if it was meant to be' : `passed over: ${some.join('; ')}`
  return `has nothing solid on it: ${HOW}; ${passedOver}.`
}

function tilesThatLookSo({ name, tiles, meant, meantOfAll }: Tileset): string[] {
  const ofAll = meantOfAll.map(
    (property) => `tileset '${name}' with the property '${named(property)}' of its own`,
  )
  const said = [...meant].map(
    ([property, count]) => `tileset '${name}' with the property '${named(property)}' of ${tilesOf(count)}`,
  )
  let solid = 0
  for (const kind of tiles.values()) if (kind.solid || kind.shapes.length > 0) solid++
  const classes = new Map<string, number>()
  for (const { variety, solid: says } of tiles.values())
    if (says === undefined && looksSolid(variety)) classes.set(variety, (classes.get(variety) ?? 0) + 1)
  for (const [variety, count] of classes)
    said.push(`tileset '${name}' with the class '${named(variety)}' of ${tilesOf(count)}`)
  if (solid > 0)
    said.push(
      `tileset '${name}' with ${tilesOf(solid)} that would be solid, which no layer shows that could be`,
    )
  return [...ofAll, ...said]
}

function layersThatLookSo(layer: AnyLayer): string[] {
  const name = layer.where.slice(layer.where.indexOf("layer '"))
  if (layer.solid === false) return []
  const said = layer.looks.map((look) => `${name} by ${look}`)
  if (layer.solid) return [`${name}, which is solid, with nothing in it that could be`]
  if (layer.is !== 'objects') return said
  const words = new Map<string, number>()
  for (const each of layer.objects) {
    const object = asRecord(each)
    if (!object) continue
    const properties = Object.entries(propertiesOf(object))
    const found = properties.find(([key, value]) => saysSolid(key, value))
    const word = found
      ? `the property '${named(found[0])}'`
      : looksSolid(classOf(object))
        ? `the class '${named(classOf(object))}'`
        : looksSolid(named(object.name ?? ''))
          ? `the name '${named(object.name)}'`
          : ''
    if (word !== '') words.set(word, (words.get(word) ?? 0) + 1)
  }
  for (const [word, count] of words)
    said.push(`${name}, ${count === 1 ? 'an object' : `${count} objects`} with ${word}`)
  return said
}

function tilesOf(count: number): string {
  return count === 1 ? '1 tile' : `${count} tiles`
}
