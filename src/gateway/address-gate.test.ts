import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instant } from '../core/index.ts'
import { AddressGate } from './address-gate.ts'

const start = instant(0)
/** Returns how many tokens an address gets at once. */
const burst = (gate: AddressGate, address: string, now = start): number => {
  let count = 0
  while (gate.take(address, now)) count++
  return count
}

test('[N28] an address gets three seconds’ worth at once, and then so many a second', () => {
  const gate = new AddressGate(10)
  assert.equal(burst(gate, '203.0.113.7'), 30)
  assert.equal(burst(gate, '203.0.113.7', instant(99)), 0)
  assert.equal(burst(gate, '203.0.113.7', instant(1000)), 10)
  assert.equal(burst(gate, '203.0.113.8'), 30, 'another address has its own')
})

test('[N28] the addresses of one IPv6 network of 64 bits count as one', () => {
  const gate = new AddressGate(10)
  assert.equal(burst(gate, '2001:db8::1'), 30)
  assert.equal(burst(gate, '2001:db8:0:0:ffff::2'), 0)
  assert.equal(burst(gate, '2001:db8:0:1::1'), 30)
  assert.equal(burst(gate, '::1'), 30)
  assert.equal(burst(gate, '::2'), 0)
})

test('[N28] what is remembered of addresses is bounded, the last heard of stay', () => {
  const gate = new AddressGate(10)
  burst(gate, '203.0.113.7')
  for (let i = 0; i < 9_999; i++) gate.take(`10.0.${i >> 8}.${i & 255}`, start)
  assert.equal(burst(gate, '203.0.113.7'), 0)
  for (let i = 0; i < 10_000; i++) gate.take(`10.1.${i >> 8}.${i & 255}`, start)
  assert.equal(burst(gate, '203.0.113.7'), 30)
})

test('[N28] who has not asked for ten seconds is forgotten, a few each time that somebody asks', () => {
  const gate = new AddressGate(10)
  for (let i = 0; i < 100; i++) gate.take(`10.0.0.${i}`, start)
  gate.take('10.0.1.1', instant(9_999))
  assert.equal(gate.size, 101)
  gate.take('10.0.1.1', instant(10_000))
  assert.equal(gate.size, 99)
  for (let i = 0; i < 49; i++) gate.take('10.0.1.1', instant(10_000))
  assert.equal(gate.size, 1)
})
