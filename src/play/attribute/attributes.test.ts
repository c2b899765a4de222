import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../../core/index.ts'
import { bool, choice, float64, integer, list, quantized, text } from '../../wire/index.ts'
import { type AttributeValue, attribute } from '../../world/index.ts'
import { type Asker, Attributes } from './attributes.ts'

const declared = {
  strength: attribute({ type: integer({ min: 0, max: 100 }), readers: 'near', initial: 10 }),
  gold: attribute({ type: integer({ min: 0, max: 1000 }), writers: ['owner', 'staff'] }),
  title: attribute({ type: text({ bytesMax: 16 }), readers: 'near', writers: 'owner' }),
  mood: attribute({ type: choice(['calm', 'angry']), readers: 'near', writers: 'owner' }),
  isBanned: attribute({ type: bool(), readers: 'staff', writers: 'staff' }),
  warmth: attribute({ type: quantized({ min: 0, max: 1, step: 1 / 4 }), writers: 'owner' }),
  karma: attribute({ type: integer({ min: -100, max: 100 }), readers: 'server', writers: 'owner' }),
}
const newOne = (record?: unknown) => new Attributes(declared, { record })
const owner: Asker = { isOwner: true, isNear: false, isStaff: false }
const near: Asker = { isOwner: false, isNear: true, isStaff: false }
const staff: Asker = { isOwner: false, isNear: false, isStaff: true }

const readOf = (one: Attributes<typeof declared>, name: string, by: Asker) => {
  const got = one.get(name, by)
  return 'value' in got ? got.value : got.refusal.code
}

test('an attribute begins with its initial value, or with that of its field', () => {
  assert.deepEqual(newOne().record(), {
    strength: 10,
    gold: 0,
    title: '',
    mood: 'calm',
    isBanned: false,
    warmth: 0,
    karma: 0,
  })
})

test('each may be read by those declared for it, and by the server', () => {
  const told = (by: Asker) =>
    ['strength', 'gold', 'isBanned', 'karma'].map((name) => readOf(newOne(), name, by))
  assert.deepEqual(told('server'), [10, 0, false, 0])
  assert.deepEqual(told(owner), [10, 0, 'forbidden', 'forbidden'])
  assert.deepEqual(told(near), [10, 'forbidden', 'forbidden', 'forbidden'])
  assert.deepEqual(told(staff), ['forbidden', 'forbidden', false, 'forbidden'])
})

test('each may be written by those declared for it, and by the server', () => {
  const codes = (by: Asker) => [
    newOne().set('strength', 11, by)?.code,
    newOne().set('gold', 5, by)?.code,
    newOne().edit([{ name: 'gold', by: 5 }], by)?.code,
    newOne().set('isBanned', true, by)?.code,
  ]
  assert.deepEqual(codes('server'), [undefined, undefined, undefined, undefined])
  assert.deepEqual(codes(owner), ['forbidden', undefined, undefined, 'forbidden'])
  assert.deepEqual(codes(near), ['forbidden', 'forbidden', 'forbidden', 'forbidden'])
  assert.deepEqual(codes(staff), ['forbidden', undefined, undefined, undefined])
})

test('an unknown name is refused, and names of the language are no exception', () => {
  for (const name of ['luck', '', '__proto__', 'constructor', 'toString']) {
    const one = newOne()
    assert.equal(readOf(one, name, 'server'), 'unknown-name')
    assert.equal(one.set(name, 1, 'server')?.code, 'unknown-name')
    assert.equal(one.edit([{ name, by: 1 }], 'server')?.code, 'unknown-name')
    assert.equal(one.version, 0)
  }
})

test('a wrong type is refused and changes nothing', () => {
  const one = newOne()
  for (const [name, value] of [
    ['strength', '11'],
    ['strength', true],
    ['title', 5],
    ['mood', false],
    ['isBanned', 1],
  ] as const)
    assert.equal(one.set(name, value, 'server')?.code, 'wrong-type', name)
  assert.equal(one.set('gold', undefined as never, 'server')?.code, 'wrong-type')
  assert.equal(one.edit([{ name: 'title', by: 1 }], owner)?.code, 'wrong-type')
  assert.equal(one.edit([{ name: 'gold', by: '1' as never }], owner)?.code, 'wrong-type')
  assert.deepEqual([one.version, one.record()], [0, newOne().record()])
})

test('bounds hold at the exact border, and what is outside changes nothing', () => {
  const one = newOne()
  const code = (name: string, value: AttributeValue) => one.set(name, value, 'server')?.code
  assert.deepEqual([code('strength', 100), code('strength', 0)], [undefined, undefined])
  const { version } = one
  for (const value of [101, -1, 1.5, Number.NaN, Infinity])
    assert.equal(code('strength', value), 'out-of-range', `${value}`)
  assert.equal(code('title', 'x'.repeat(17)), 'out-of-range')
  assert.equal(code('title', '\ud800'), 'out-of-range')
  assert.equal(code('mood', 'happy'), 'out-of-range')
  assert.deepEqual([one.version, one.read('strength')], [version, 0])
  assert.equal(code('title', 'x'.repeat(16)), undefined)
})

test('an edit is relative, and refused where it would lead out of bounds', () => {
  const one = newOne({ gold: 100 })
  assert.equal(one.edit([{ name: 'gold', by: 900 }], owner), undefined)
  assert.equal(one.read('gold'), 1000)
  assert.equal(one.edit([{ name: 'gold', by: 1 }], owner)?.code, 'out-of-range')
  assert.equal(one.edit([{ name: 'gold', by: -1001 }], owner)?.code, 'out-of-range')
  assert.equal(one.edit([{ name: 'gold', by: Infinity }], owner)?.code, 'out-of-range')
  assert.equal(one.edit([{ name: 'gold', by: Number.NaN }], owner)?.code, 'out-of-range')
  assert.equal(one.read('gold'), 1000)
})

test('several edits are done all or none, whichever of them is refused and why', () => {
  for (const bad of [
    { name: 'luck', by: 1 },
    { name: 'strength', by: 1 },
    { name: 'title', by: 1 },
    { name: 'warmth', by: 2 },
  ])
    for (const edits of [
      [{ name: 'gold', by: 5 }, bad],
      [bad, { name: 'gold', by: 5 }],
    ]) {
      const one = newOne()
      assert.ok(one.edit(edits, owner), bad.name)
      assert.deepEqual([one.version, one.record()], [0, newOne().record()])
    }
  const one = newOne()
  assert.equal(
    one.edit(
      [
        { name: 'gold', by: 5 },
        { name: 'warmth', by: 0.5 },
      ],
      owner,
    ),
    undefined,
  )
  assert.deepEqual([one.read('gold'), one.read('warmth'), one.version], [5, 0.5, 1])
})

test('edits of one attribute count together: only what they come to has to be within bounds', () => {
  const one = newOne({ gold: 5 })
  const edits = [10, -12, 1].map((by) => ({ name: 'gold', by: by - 1 }))
  assert.equal(one.edit(edits, owner), undefined)
  assert.equal(one.read('gold'), 1)
})

test('a value is kept as it travels', () => {
  const one = newOne()
  assert.equal(one.set('warmth', 0.55, owner), undefined)
  assert.equal(one.read('warmth'), 0.5)
  const plain = new Attributes({ height: attribute({ type: float64() }) })
  plain.write('height', -0)
  assert.ok(Object.is(plain.read('height'), 0))
})

test('who may write and not read does not learn the value from a refusal', () => {
  const sentences = [-100, 7, 100].map((karma) => {
    const amount = karma < 0 ? -1 : 150
    return newOne({ karma }).edit([{ name: 'karma', by: amount }], owner)?.sentence
  })
  assert.equal(new Set(sentences).size, 1)
  assert.doesNotMatch(sentences[0] ?? '', /250|107|-101|157/)
  assert.match(newOne({ gold: 900 }).edit([{ name: 'gold', by: 150 }], owner)?.sentence ?? '', /1050/)
})

test('each change is told once, with what was before, and a change to the same value is none', () => {
  const told: unknown[] = []
  const one = new Attributes(declared, {
    changed: ({ name, value, before }) => told.push([name, value, before]),
  })
  one.set('gold', 5, owner)
  one.set('gold', 5, owner)
  one.edit([{ name: 'gold', by: 0 }], owner)
  one.set('gold', -5, owner)
  one.edit(
    [
      { name: 'gold', by: 1 },
      { name: 'warmth', by: 0.75 },
    ],
    owner,
  )
  assert.deepEqual(told, [
    ['gold', 5, 0],
    ['gold', 6, 5],
    ['warmth', 0.75, 0],
  ])
  assert.equal(one.version, 2)
})

test('changes since a mark are what a store has to write, and a record brings everything back', () => {
  const one = newOne()
  one.write('gold', 7)
  const mark = one.version
  assert.deepEqual(one.changesSince(0), { gold: 7 })
  assert.deepEqual(one.changesSince(mark), {})
  one.write('title', 'Sir')
  one.write('gold', 8)
  assert.deepEqual(one.changesSince(mark), { gold: 8, title: 'Sir' })
  const kept = JSON.parse(JSON.stringify(one.record()))
  assert.deepEqual(newOne(kept).record(), one.record())
  assert.equal(newOne(kept).version, 0)
})

test('of a record, what is no longer declared is left out, and what does not fit is an error with its name', () => {
  assert.equal(newOne({ gold: 5, luck: 7 }).read('gold'), 5)
  assert.deepEqual(newOne({ luck: 7 }).record(), newOne().record())
  for (const record of [{ gold: 1001 }, { gold: '5' }, { gold: 1.5 }])
    assert.throws(() => newOne(record), { name: 'OutsideError', message: /gold/ })
  for (const record of [[], 'gold', 7, null]) assert.throws(() => newOne(record), { name: 'OutsideError' })
})

test("the server's own mistakes throw", () => {
  const one = newOne()
  assert.throws(() => one.write('gold', -1), { code: 'world/bad-attribute' })
  assert.throws(() => one.read('luck' as never), { code: 'world/bad-attribute' })
  assert.throws(() => attribute({ type: list(bool(), { lengthMax: 3 }) as never }), {
    code: 'world/bad-attribute',
  })
  assert.throws(() => attribute({ type: text({ bytesMax: 1025 + 7 }) }), { code: 'world/bad-attribute' })
})

test('random askers and changes: a refusal changes nothing, and values never leave their bounds', () => {
  for (let seed = 1; seed <= 200; seed++) {
    const random = new Random(seed)
    const one = newOne()
    for (let i = 0; i < 40; i++) {
      const before = one.record()
      const { version } = one
      const by: Asker = random.chance(0.2)
        ? 'server'
        : { isOwner: random.chance(0.5), isNear: random.chance(0.5), isStaff: random.chance(0.3) }
      const name = () => random.pick([...Object.keys(declared), 'luck'])
      const value = random.pick([random.integer(-200, 1200), random.fraction(), 'angry', '', true])
      const refusal = random.chance(0.5)
        ? one.set(name(), value, by)
        : one.edit(
            Array.from({ length: random.integer(1, 4) }, () => ({
              name: name(),
              by: random.integer(-60, 60),
            })),
            by,
          )
      if (refusal) assert.deepEqual([one.record(), one.version], [before, version], `seed ${seed}`)
      const { strength, gold, karma } = one.record() as Record<string, number>
      assert.ok(strength >= 0 && strength <= 100 && gold >= 0 && gold <= 1000 && Math.abs(karma) <= 100)
    }
  }
})
