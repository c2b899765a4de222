import type { Vector2, Vector3 } from '../../core/index.ts'
import { append, lanesOf, laneUnits, takeNumber } from '../lane/lane.ts'
import { type Field, OutOfRange, type ScalarField, show } from './field.ts'
import { quantized, type Steps } from './quantized.ts'

/** Describes two numbers, x then y, each as `quantized` [W24]. */
export function vector2(steps: Steps): Field<Readonly<Vector2>> {
  const part = quantized(steps)
  const [x, y] = lanesOf({ x: part, y: part })
  return {
    ...sizes('vector2', 2, part),
    initial: { x: part.initial, y: part.initial },
    write(writer, value) {
      checkVector(value)
      const east = laneUnits(x, value.x)
      const north = laneUnits(y, value.y)
      append(y, north, append(x, east, 0, writer), writer)
    },
    read(reader) {
      let word = reader.word(x.opens)
      const east = takeNumber(x, word, reader)
      if (y.opens !== 0) word = reader.word(y.opens)
      return { x: east, y: takeNumber(y, word, reader) }
    },
  }
}

/** Three numbers, x, y, z, each as `quantized` [W24]. */
export function vector3(steps: Steps): Field<Readonly<Vector3>> {
  const part = quantized(steps)
  const [x, y, z] = lanesOf({ x: part, y: part, z: part })
  return {
    ...sizes('vector3', 3, part),
    initial: { x: part.initial, y: part.initial, z: part.initial },
    write(writer, value) {
      checkVector(value)
      const east = laneUnits(x, value.x)
      const north = laneUnits(y, value.y)
      const up = laneUnits(z, value.z)
      append(z, up, append(y, north, append(x, east, 0, writer), writer), writer)
    },
    read(reader) {
      let word = reader.word(x.opens)
      const east = takeNumber(x, word, reader)
      if (y.opens !== 0) word = reader.word(y.opens)
      const north = takeNumber(y, word, reader)
      if (z.opens !== 0) word = reader.word(z.opens)
      return { x: east, y: north, z: takeNumber(z, word, reader) }
    },
  }
}

function sizes(kind: string, count: number, part: ScalarField<number>) {
  const bits = count * part.bitsMax
  const description = part.description.replace('quantized', kind)
  return { kind, bitsMin: bits, bitsMax: bits, description }
}

function checkVector(value: unknown): void {
  if (typeof value !== 'object' || value === null)
    throw new OutOfRange(show(value), 'it travels as a vector.')
}
