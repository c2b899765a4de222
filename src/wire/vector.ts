import { type Field, OutOfRange, type ScalarField, show, within } from './field.ts'
import { quantized, type Steps } from './quantized.ts'

export interface Vector2 {
  readonly x: number
  readonly y: number
}
export interface Vector3 extends Vector2 {
  readonly z: number
}

/** Two numbers, x then y, each as `quantized` [W22]. */
export function vector2(steps: Steps): Field<Vector2> {
  const part = quantized(steps)
  return {
    ...sizes('vector2', 2, part),
    initial: { x: part.initial, y: part.initial },
    write(writer, value) {
      const x = units(part, value, 'x')
      const y = units(part, value, 'y')
      writer.bits(x, part.scalar.bits)
      writer.bits(y, part.scalar.bits)
    },
    read(reader) {
      const x = part.read(reader)
      return { x, y: part.read(reader) }
    },
  }
}

/** Three numbers, x, y, z, each as `quantized` [W22]. */
export function vector3(steps: Steps): Field<Vector3> {
  const part = quantized(steps)
  return {
    ...sizes('vector3', 3, part),
    initial: { x: part.initial, y: part.initial, z: part.initial },
    write(writer, value) {
      const x = units(part, value, 'x')
      const y = units(part, value, 'y')
      const z = units(part, value, 'z')
      writer.bits(x, part.scalar.bits)
      writer.bits(y, part.scalar.bits)
      writer.bits(z, part.scalar.bits)
    },
    read(reader) {
      const x = part.read(reader)
      const y = part.read(reader)
      return { x, y, z: part.read(reader) }
    },
  }
}

function sizes(kind: string, count: number, part: ScalarField<number>) {
  const bits = count * part.bitsMax
  const description = part.description.replace('quantized', kind)
  return { kind, bitsMin: bits, bitsMax: bits, description }
}

function units<Key extends string>(
  part: ScalarField<number>,
  value: Readonly<Record<Key, number>>,
  key: Key,
): number {
  if (typeof value !== 'object' || value === null) {
    throw new OutOfRange(show(value), 'it travels as a vector.')
  }
  try {
    return part.scalar.toUnits(value[key])
  } catch (error) {
    throw within(error, key)
  }
}
