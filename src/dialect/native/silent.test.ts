import assert from 'node:assert/strict'
import { test } from 'node:test'
import { field } from '../../../test/field/field.ts'
import { NativeConversation } from './server-half.ts'

test('a peer that has said nothing costs the server no room for what it might be told', () => {
  const before = process.memoryUsage().arrayBuffers
  const all = Array.from({ length: 500 }, () => new NativeConversation(field))
  const each = (process.memoryUsage().arrayBuffers - before) / all.length
  assert.ok(each < 1024, `${each} bytes each`)
  assert.equal(all.length, 500)
})
