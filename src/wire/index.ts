/**
 * wire: from values to bits and back. A record is described once, and that one description writes it, reads it,
 * knows its size, gives its type and its fingerprint.
 *
 *     value --field.write--> BitWriter --finish--> bytes --reset--> BitReader --field.read--> value
 *
 * What the program gets wrong throws `wire/out-of-range` with the path and the fix; what the network gets wrong
 * makes a reader broken, never a throw. It is not for deciding what is sent, when, or to whom. The rules are in
 * docs/spec/wire.md.
 */
export { BitReader } from './bit/bit-reader.ts'
export { BitWriter } from './bit/bit-writer.ts'
export { decode, encode } from './encode.ts'
export { bool, choice } from './field/choice.ts'
export {
  type AnyField,
  type Field,
  type Infer,
  type NumberLine,
  OutOfRange,
  type Scalar,
  type ScalarField,
} from './field/field.ts'
export { float32, float64 } from './field/float.ts'
export { int64, integer, uint64, varint } from './field/integer.ts'
export { list, optional } from './field/list.ts'
export { angle, quantized, type Steps } from './field/quantized.ts'
export { type Quaternion, quaternion } from './field/quaternion.ts'
export { type Fields, type RecordField, record, type Values } from './field/record.ts'
export { bytes, text } from './field/text.ts'
export { vector2, vector3 } from './field/vector.ts'
export { fingerprint, firstDifference } from './protocol.ts'
