import fc from 'fast-check'
import { bool, choice } from './choice.ts'
import type { Field } from './field.ts'
import { float32, float64 } from './float.ts'
import { int64, integer, uint64, varint } from './integer.ts'
import { list, optional } from './list.ts'
import { angle, quantized } from './quantized.ts'
import { record } from './record.ts'
import { bytes, text } from './text.ts'
import { vector2 } from './vector.ts'

/** A field and values for it, all of which read back exactly. */
export interface AnyKind {
  readonly field: Field<unknown>
  readonly values: fc.Arbitrary<unknown>
}

/** Returns the pair, its type forgotten. */
function kind<T>(field: Field<T>, values: fc.Arbitrary<NoInfer<T>>): AnyKind {
  return { field: field as Field<unknown>, values }
}

const bit32 = { min: 0, max: 2 ** 32 - 1 }
const keys = fc.stringMatching(/^[a-z][a-zA-Z0-9]{0,5}$/)

const integers = fc
  .tuple(
    fc.integer({ min: -(2 ** 40), max: 2 ** 40 }),
    fc.oneof(fc.nat(300), fc.integer(bit32), fc.nat(2 ** 52)),
  )
  .map(([min, span]) => {
    const spread = fc.maxSafeNat().map((value) => min + (value % (span + 1)))
    return kind(integer({ min, max: min + span }), spread)
  })

const quantities = fc
  .tuple(
    fc.integer({ min: -1000, max: 1000 }),
    fc.integer({ min: 1, max: 100_000 }),
    fc.constantFrom(1, 1 / 64, 0.1, 3),
  )
  .map(([first, count, step]) => {
    const min = first * step
    const onStep = fc.nat(count - 1).map((units) => min + units * step)
    return kind(quantized({ min, max: min + count * step, step }), onStep)
  })

const angles = fc.integer({ min: 1, max: 70_000 }).map((steps) => {
  const step = (2 * Math.PI) / steps
  return kind(
    angle({ steps }),
    fc.nat(steps - 1).map((units) => units * step),
  )
})

const choices = fc
  .uniqueArray(fc.string({ maxLength: 8 }), { minLength: 1, maxLength: 9 })
  .map((names) => kind(choice(names), fc.constantFrom(...names)))

const quarters = fc.nat(255).map((units) => units / 4)
const others = fc.constantFrom(
  kind(bool(), fc.boolean()),
  kind(varint(), fc.maxSafeNat()),
  kind(int64(), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
  kind(uint64(), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })),
  kind(float32(), fc.float({ noNaN: true, noDefaultInfinity: true })),
  kind(float64(), fc.double({ noNaN: true, noDefaultInfinity: true })),
  kind(text({ bytesMax: 400 }), fc.string({ unit: 'binary', maxLength: 90 })),
  kind(bytes({ bytesMax: 90 }), fc.uint8Array({ maxLength: 90 })),
  kind(
    vector2({ min: 0, max: 64, step: 1 / 4 }),
    fc.record({ x: quarters, y: quarters }, { noNullPrototype: true }),
  ),
)

/** Any field at all: every kind, nested a few levels deep. */
export const anyKind: fc.Arbitrary<AnyKind> = fc.letrec<{ kind: AnyKind; leaf: AnyKind; node: AnyKind }>(
  (tie) => ({
    kind: fc.oneof({ maxDepth: 4, depthSize: 'small' }, tie('leaf'), tie('leaf'), tie('node')),
    leaf: fc.oneof(integers, quantities, angles, choices, others),
    node: fc.oneof(
      tie('kind').map((inner) =>
        inner.field.kind === 'optional'
          ? inner
          : kind(optional(inner.field), fc.option(inner.values, { nil: undefined })),
      ),
      tie('kind')
        .filter(({ field }) => field.bitsMin > 0)
        .map((inner) => kind(list(inner.field, { lengthMax: 5 }), fc.array(inner.values, { maxLength: 5 }))),
      fc.dictionary(keys, tie('kind'), { maxKeys: 20, noNullPrototype: true }).map(recordOf),
    ),
  }),
).kind

function recordOf(kinds: Record<string, AnyKind>): AnyKind {
  const names = Object.keys(kinds)
  const fields = Object.fromEntries(names.map((name) => [name, kinds[name].field]))
  const values = fc
    .tuple(...names.map((name) => kinds[name].values))
    .map((parts) => Object.fromEntries(names.map((name, i) => [name, parts[i]])))
  return { field: record('any', fields) as Field<unknown>, values }
}
