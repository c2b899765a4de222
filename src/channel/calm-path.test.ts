import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instant } from '../core/index.ts'
import { ChannelPair } from './channel-pair.ts'
import type { Channels } from './channels.ts'

const TURN_MS = 100
/** From so many packets in order on a path becomes calm. */
const CALM = 512

/** Two ends over a path of 20 ms each way, of which `near` sends state each 100 ms; what `far` says is counted. */
class Town {
  readonly pair: ChannelPair
  answers = 0
  isLost = false

  constructor() {
    const later = 20
    this.pair = new ChannelPair({
      options: { channels: [{ name: 'messages', kind: 'reliable-ordered' }] },
      forth: (_length, now) => (this.isLost ? [] : [instant(now + later)]),
      back: (_length, now) => [instant(now + later)],
    })
    this.pair.onPacket = (_packet, from) => {
      if (from === this.pair.far) this.answers++
    }
  }

  play(
    turns: number,
    send: (near: Channels) => void = (near) => void near.sendState(Uint8Array.of(1)),
  ): number {
    this.answers = 0
    for (let turn = 0; turn < turns; turn++) {
      send(this.pair.near)
      this.pair.advance(instant(this.pair.now + TURN_MS))
    }
    return this.answers
  }

  /** How long `far` waits before it acknowledges the next state, in ms. */
  get patience(): number {
    const { near, far, now } = this.pair
    near.sendState(Uint8Array.of(1))
    this.pair.advance(instant(now + 20))
    const patience = far.wakeAt - (now + 20)
    this.pair.advance(instant(now + TURN_MS))
    return patience
  }
}

test('[C5] after 512 packets in order state is acknowledged a millisecond later with each more, 60 ms at most', () => {
  const town = new Town()
  town.play(CALM - 1)
  assert.equal(town.patience, 5)
  assert.equal(town.patience, 6)
  assert.equal(town.patience, 7)
  town.play(100)
  assert.equal(town.patience, 60)
})

test('[C5] what is reliable is acknowledged at once on a calm path too', () => {
  const town = new Town()
  town.play(CALM + 100)
  town.pair.near.send(0, Uint8Array.of(1))
  town.pair.advance(instant(town.pair.now + 20.5))
  assert.equal(town.pair.far.wakeAt, Number.POSITIVE_INFINITY)
})

test('[C5] once a packet is missing, state is acknowledged within 5 ms again', () => {
  const town = new Town()
  town.play(CALM + 100)
  town.isLost = true
  town.play(1)
  town.isLost = false
  town.play(1)
  assert.equal(town.patience, 5)
})

test('[C9] on a calm path nothing counts as lost because its acknowledgement is held back', () => {
  const town = new Town()
  town.play(CALM + 300)
  const { lossShare, lateAcks, rttMs } = town.pair.near.stats(town.pair.now)
  assert.deepEqual([lossShare, lateAcks], [0, 0])
  assert.ok(Math.abs(rttMs - 40) < 0.5, `${rttMs}`)
})

test('[C9] after a loss silence is noticed as soon as on a path that was never calm', () => {
  const town = new Town()
  town.play(CALM + 100)
  town.isLost = true
  town.play(1)
  town.isLost = false
  town.play(3)
  const { near, now } = town.pair
  town.isLost = true
  near.sendState(Uint8Array.of(1))
  town.pair.advance(instant(now + 1))
  assert.ok(near.wakeAt - now < 40 + 20 + 7.5, `${near.wakeAt - now}`)
})

test('[C5] acknowledgements of state ride with what the other end says', () => {
  const town = new Town()
  const { far } = town.pair
  const both = (near: Channels): void => {
    near.sendState(Uint8Array.of(1))
    town.pair.advance(instant(town.pair.now + 40))
    far.sendState(Uint8Array.of(2))
  }
  town.play(CALM + 100, both)
  assert.equal(town.play(50, both), 50, 'one packet back for each, which says something')
})
