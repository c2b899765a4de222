import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SentPacket } from '../packet/sent-packets.ts'
import { DeliveryRate } from './delivery-rate.ts'

function packet(rate: DeliveryRate, sentAt: number, inFlight: number): SentPacket {
  const sent = new SentPacket()
  sent.sentAt = sentAt
  sent.cost = 1000
  rate.sent(sent, inFlight)
  return sent
}

function acknowledge(rate: DeliveryRate, now: number, ...packets: SentPacket[]): number {
  rate.begin()
  for (const one of packets) rate.acknowledged(one, now)
  rate.end(now, 10)
  return rate.bytesPerSecond
}

test('[C29] the rate is what was acknowledged during a flight, over the longer of sending and acknowledging', () => {
  const rate = new DeliveryRate()
  const sent = [0, 10, 20, 30, 40].map((at, i) => packet(rate, at, i * 1000))
  assert.equal(acknowledge(rate, 100, sent[0]), 10_000)
  assert.equal(acknowledge(rate, 120, sent[1]), (2000 / 120) * 1000)
  const late = packet(rate, 125, 3000)
  acknowledge(rate, 140, sent[2])
  acknowledge(rate, 160, sent[3])
  acknowledge(rate, 180, sent[4])
  // 4,000 bytes came since the last acknowledgement before `late` was sent: in 105 ms, but they took 115 to be sent.
  assert.equal(acknowledge(rate, 225, late), (4000 / 115) * 1000)
})

test('[C29] acknowledgements that arrive in a heap do not make the path look faster than we sent', () => {
  const rate = new DeliveryRate()
  const first = packet(rate, 0, 0)
  acknowledge(rate, 50, first)
  const sent = [50, 60, 70, 80, 90].map((at, i) => packet(rate, at, i * 1000))
  assert.ok(acknowledge(rate, 95, ...sent) <= (5000 / 40) * 1000)
})

test('[C33] a flight while there was nothing to send is marked, until everything sent then has come', () => {
  const rate = new DeliveryRate()
  const busy = packet(rate, 0, 0)
  assert.ok(!busy.isAppLimited)
  rate.appLimited(1000)
  const idle = packet(rate, 10, 1000)
  assert.ok(idle.isAppLimited)
  acknowledge(rate, 100, busy)
  assert.ok(packet(rate, 100, 1000).isAppLimited)
  acknowledge(rate, 110, idle)
  assert.ok(rate.isAppLimited)
  assert.ok(!packet(rate, 111, 1000).isAppLimited)
})

test('[C29] intervals shorter than asked for tell nothing', () => {
  const rate = new DeliveryRate()
  assert.equal(acknowledge(rate, 5, packet(rate, 0, 0)), 0)
})
