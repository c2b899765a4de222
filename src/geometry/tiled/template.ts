/**
 * Completes objects that come from templates (.tj, .tx): what the object itself does not say, its template says.
 */
import type { Files } from './files.ts'
import { asRecord, fail, type Json, propertiesOf } from './reading.ts'

/** An object with everything said of it. */
export interface WholeObject {
  readonly object: Json
  /** The template in whose tileset its tile has that number; undefined when it is the map's. */
  readonly template: { readonly path: string; readonly json: Json } | undefined
}

/** The keys for one and the same thing: whoever says one of them says all. */
const SHAPES = ['polygon', 'polyline', 'ellipse', 'point', 'capsule', 'text'] as const
const NAMED = ['name', 'rotation', 'visible'] as const

/**
 * @param by  `from`: the file that the object is written in, by its path from the map's folder
 * @throws    OutsideError for a template that cannot be read
 *
 * Source: Tiled, MapObject::syncWithTemplate in libtiled/mapobject.cpp.
 */
export function fromTemplate(
  listed: Json,
  where: string,
  by: { readonly files: Files; readonly from: string },
): WholeObject {
  if (listed.template === undefined) return { object: listed, template: undefined }
  if (!by.files.canRead) fail(where, 'comes from a template; detach it in Tiled (Object, Detach)')
  const { path, json } = by.files.read('template', listed.template, by.from, where)
  const base = asRecord(json.object) ?? fail(where, `comes from the template ${path}, which holds no object`)
  if (base.template !== undefined)
    fail(where, `comes from the template ${path}, which comes from another; detach one of them in Tiled`)
  const object: Record<string, unknown> = { ...base, id: listed.id, x: listed.x, y: listed.y }
  for (const key of NAMED) if (listed[key] !== undefined && listed[key] !== '') object[key] = listed[key]
  for (const key of ['type', 'class'] as const)
    if (typeof listed[key] === 'string' && listed[key] !== '') {
      delete object.type
      delete object.class
      object[key] = listed[key]
    }
  // Tiled keeps the size of an object only where it is whole.
  if (listed.width && listed.height) Object.assign(object, { width: listed.width, height: listed.height })
  if (SHAPES.some((key) => listed[key] !== undefined)) {
    for (const key of SHAPES) delete object[key]
    for (const key of SHAPES) if (listed[key] !== undefined) object[key] = listed[key]
  }
  const hasOwnTile = listed.gid !== undefined && listed.gid !== 0
  if (hasOwnTile) object.gid = listed.gid
  const own = { ...propertiesOf(base), ...propertiesOf(listed) }
  object.properties = Object.entries(own).map(([name, value]) => ({ name, value }))
  return { object, template: hasOwnTile ? undefined : { path, json } }
}
