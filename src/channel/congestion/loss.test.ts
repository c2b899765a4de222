import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FOREVER, instant } from '../../core/index.ts'
import { type SentPacket, SentPackets } from '../packet/sent-packets.ts'
import { LossDetector } from './loss.ts'
import { RttEstimator } from './rtt.ts'

/** Makes a path with a steady round trip of 80 ms: patience is 90 ms, silence 97.5 ms. */
function bench(): {
  sent: SentPackets
  loss: LossDetector
  send: (at: number) => SentPacket
  lostAt: (now: number) => number[]
} {
  const rtt = new RttEstimator()
  for (let i = 0; i < 1000; i++) rtt.sample(80)
  const sent = new SentPackets()
  const loss = new LossDetector(sent, rtt)
  return {
    sent,
    loss,
    send: (at) => {
      const packet = sent.begin()
      packet.sentAt = at
      packet.isEliciting = true
      packet.cost = 1228
      return packet
    },
    lostAt: (now) => {
      const lost: number[] = []
      loss.detect(instant(now), (packet) => {
        packet.fate = 'lost'
        lost.push(packet.sequence)
      })
      return lost
    },
  }
}

function acknowledge(loss: LossDetector, packet: SentPacket, now: number): void {
  packet.fate = 'acknowledged'
  loss.acknowledged(packet, instant(now))
}

test('[C8] an overtaken packet is given up when its patience is over, and not before', () => {
  const { loss, send, lostAt } = bench()
  send(0)
  const later = send(1)
  acknowledge(loss, later, 81)
  assert.deepEqual(lostAt(81), [])
  assert.ok(Math.abs(loss.wakeAt - 90) < 0.01)
  assert.deepEqual(lostAt(89.9), [])
  assert.deepEqual(lostAt(90.1), [0])
  assert.equal(loss.wakeAt, FOREVER)
})

test('[C8] however many later ones have come, a packet is not given up before its time', () => {
  const { loss, send, lostAt } = bench()
  send(0)
  for (let i = 0; i < 50; i++) acknowledge(loss, send(1), 81)
  assert.deepEqual(lostAt(81), [])
})

test('[C8] a packet that nothing later has overtaken is not given up for that', () => {
  const { loss, send, lostAt } = bench()
  acknowledge(loss, send(0), 80)
  send(10)
  assert.deepEqual(lostAt(110), [])
})

test('[C9] in silence what is old is given up, and the next silence is twice as long, up to a second', () => {
  const { loss, send, lostAt } = bench()
  const given: number[] = []
  let now = 0
  for (let i = 0; i < 6; i++) {
    send(now)
    const since = now
    now = loss.wakeAt + 0.001
    given.push(Math.round(now - since))
    assert.deepEqual(lostAt(now), [i])
    assert.ok(loss.isProbing)
  }
  assert.deepEqual(given, [98, 195, 390, 780, 1000, 1000])
})

test('[C9] at the first silence only the two oldest are given up and two may be sent, at the second all that are old', () => {
  const { loss, send, lostAt } = bench()
  for (let i = 0; i < 6; i++) send(i)
  assert.deepEqual(lostAt(130), [0, 1])
  assert.ok(loss.mayProbe)
  loss.sent(send(130))
  assert.ok(loss.mayProbe)
  loss.sent(send(130))
  assert.ok(!loss.mayProbe)
  assert.deepEqual(lostAt(130 + 240.1), [2, 3, 4, 5, 6, 7])
  assert.ok(loss.mayProbe)
})

test('[C9] small packets may go on in silence, until less than a full one of the bytes of two is left', () => {
  const { loss, send, lostAt } = bench()
  send(0)
  lostAt(121)
  let sent = 0
  for (; loss.mayProbe; sent++) {
    const packet = send(121)
    packet.cost = 60
    loss.sent(packet)
  }
  assert.equal(sent, 21)
})

test('[C9] an acknowledgement ends the silence', () => {
  const { loss, send, lostAt } = bench()
  send(0)
  lostAt(121)
  const probe = send(121)
  acknowledge(loss, probe, 200)
  assert.ok(!loss.isProbing)
  send(200)
  assert.ok(Math.abs(loss.wakeAt - 297.5) < 0.01)
})

/** Sends packets with something reliable at these times, and tells which are repeated at each later time asked for. */
function repeats(times: readonly number[], asked: readonly number[]): (readonly number[])[] {
  const { loss, send } = bench()
  for (const at of times) {
    const packet = send(at)
    packet.carried.push(0, at)
    loss.sent(packet)
  }
  return asked.map((now) => {
    const found: number[] = []
    for (let packet = loss.repeat(instant(now)); packet !== undefined; packet = loss.repeat(instant(now))) {
      found.push(packet.sequence)
    }
    return found
  })
}

test('[C37] a lone packet is repeated once when it has had its time, an eighth of a round trip of 80 ms more than that', () => {
  assert.deepEqual(repeats([0], [89.9, 90.1, 200]), [[], [0], []])
  assert.deepEqual(repeats([0, 40], [89.9, 90.1, 129.9, 130.1]), [[], [0], [], [1]])
})

test('[C37] what was followed within half a round trip waits for the next one’s time, within a quarter for ever', () => {
  assert.deepEqual(repeats([0, 39.9], [129.8, 130]), [[], [0, 1]])
  assert.deepEqual(repeats([0, 20], [109.9, 110.1]), [[], [0, 1]])
  assert.deepEqual(repeats([0, 19.9], [109.8, 110, 500]), [[], [1], []])
})

test('[C37] what was acknowledged, given up, or carries nothing reliable is not repeated, nor is anything in silence', () => {
  const { loss, send, lostAt } = bench()
  const [first, second, third] = [0, 45, 90].map((at) => {
    const packet = send(at)
    if (at !== 90) packet.carried.push(0, at)
    loss.sent(packet)
    return packet
  })
  acknowledge(loss, first, 80)
  second.fate = 'lost'
  assert.equal(loss.repeat(instant(179)), undefined)
  assert.equal(third.fate, 'under way')
  const silent = send(180)
  silent.carried.push(0, 180)
  loss.sent(silent)
  lostAt(190)
  assert.ok(loss.isProbing)
  assert.equal(loss.repeat(instant(1000)), undefined)
})

test('[C5] nobody waits for packets that are mere acknowledgements', () => {
  const { loss, send } = bench()
  send(0).isEliciting = false
  assert.equal(loss.wakeAt, FOREVER)
})
