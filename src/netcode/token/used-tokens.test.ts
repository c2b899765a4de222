import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Address } from '../address.ts'
import { UsedTokens } from './used-tokens.ts'

const from = new Address(Uint8Array.of(192, 0, 2, 1), 5000)

test('what has expired is forgotten as others come, long before the table is full, and what has not stays', () => {
  const tokens = new UsedTokens(1_000_000)
  assert.ok(tokens.claim('lasting', from, { expiresAtSeconds: 1e9, unixSeconds: 0 }))
  tokens.spend('lasting')
  for (let i = 0; i < 20_000; i++) {
    // A hundred come each second, and each is good for 30 s.
    const unixSeconds = Math.floor(i / 100)
    assert.ok(tokens.claim(`${i}`, from, { expiresAtSeconds: unixSeconds + 30, unixSeconds }))
  }
  assert.ok(tokens.size < 5000, `${tokens.size}`)
  assert.ok(!tokens.isFree('lasting', from), 'spent, and not expired')
  assert.ok(!tokens.isFree('19999', new Address(Uint8Array.of(192, 0, 2, 2), 5000)), 'another’s')
})
