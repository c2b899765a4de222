import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInThisContext } from 'node:vm'
import { field } from '../../test/field/field.ts'
import type { Kind } from './entity.ts'
import { newEntity } from './new-entity.ts'

const kind = field.kindByName.get('walker') as Kind
const start = { position: { x: 10, y: 20 } }

setFlagsFromString('--allow-natives-syntax')
const isFast = runInThisContext('(object) => %HasFastProperties(object)') as (object: object) => boolean
const areAlike = runInThisContext('(a, b) => %HaveSameMap(a, b)') as (a: object, b: object) => boolean

test('entities of a kind are alike in memory, and so are those whose fields are watched', () => {
  const listener = { set() {} }
  const plain = [1, 2, 3].map((id) => newEntity(kind, id, start))
  const watched = [4, 5].map((id) => newEntity(kind, id, start, listener))
  for (const entity of [...plain, ...watched]) assert.ok(isFast(entity))
  assert.ok(areAlike(plain[0], plain[2]))
  assert.ok(areAlike(watched[0], watched[1]))
})

test('an entity whose fields are watched is read, written and copied as any other', () => {
  const heard: unknown[] = []
  const entity = newEntity(kind, 1, start, { set: (name, value) => heard.push(name, value) })
  entity.health = 7
  assert.deepEqual(heard, ['health', 7])
  assert.equal(entity.health, 7)
  assert.deepEqual({ ...entity }, { ...newEntity(kind, 1, start), health: 7 })
  assert.deepEqual(Object.keys(entity), Object.keys(newEntity(kind, 2, start)))
})

test('an entity is a plain object', () => {
  assert.equal(Object.getPrototypeOf(newEntity(kind, 1, start)), Object.prototype)
})
