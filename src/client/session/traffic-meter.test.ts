import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instant } from '../../core/index.ts'
import { TrafficMeter } from './traffic-meter.ts'

test('what came in all is counted exactly', () => {
  const meter = new TrafficMeter()
  meter.count(100, instant(1))
  meter.count(20, instant(9000))
  assert.deepEqual([meter.bytes, meter.packets], [120, 2])
})

test('nothing has come, nothing is shown', () => {
  const meter = new TrafficMeter()
  assert.deepEqual([meter.bytesPerSecond(instant(9000)), meter.packetsPerSecond(instant(9000))], [0, 0])
})

test('the first window shows what came since the first packet, over half a second at least', () => {
  const meter = new TrafficMeter()
  meter.count(100, instant(60_000))
  assert.equal(meter.bytesPerSecond(instant(60_000)), 200)
  assert.equal(meter.packetsPerSecond(instant(60_500)), 2)
  meter.count(100, instant(61_000))
  assert.equal(meter.bytesPerSecond(instant(61_600)), 125)
  assert.equal(meter.bytesPerSecond(instant(62_000)), 100)
})

test('a steady stream shows its rate from the second window on', () => {
  const meter = new TrafficMeter()
  for (let at = 0; at <= 6000; at += 50) meter.count(100, instant(at))
  assert.ok(Math.abs(meter.bytesPerSecond(instant(6000)) - 2000) < 60)
  assert.ok(Math.abs(meter.packetsPerSecond(instant(6000)) - 20) < 0.6)
})

test('a stream that ended shows nothing two windows later', () => {
  const meter = new TrafficMeter()
  for (let at = 0; at < 4000; at += 50) meter.count(100, instant(at))
  meter.bytesPerSecond(instant(6000))
  assert.equal(meter.bytesPerSecond(instant(8000)), 0)
  assert.equal(meter.packetsPerSecond(instant(8000)), 0)
})
