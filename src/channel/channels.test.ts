import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Instant, instant, Random, ShardlessError } from '../core/index.ts'
import {
  Channels,
  type ConnectionOptions,
  type Happening,
  PACKET_BYTES_MAX,
  STATE_BYTES_MAX,
} from './index.ts'

const options: ConnectionOptions = {
  channels: [
    { name: 'orders', kind: 'reliable-ordered', messageBytesMax: 2_000_000 },
    { name: 'facts', kind: 'reliable-unordered' },
    { name: 'noise', kind: 'unreliable', queueMessagesMax: 5000 },
    { name: 'voice', kind: 'unreliable-sequenced' },
  ],
}

/** Returns all packets that one end has to send `now`. */
function packets(end: Channels, now: number): Uint8Array[] {
  const all: Uint8Array[] = []
  for (let packet = end.poll(instant(now)); packet !== undefined; packet = end.poll(instant(now)))
    all.push(packet.slice())
  return all
}

function happenings(end: Channels): Happening[] {
  const all: Happening[] = []
  for (let told = end.next(); told !== undefined; told = end.next()) all.push(told)
  return all
}

/** Tells what happened, in short: "state 3", "acked 0", "message 1 7". */
function short(end: Channels): string[] {
  return happenings(end).map((it) => {
    if (it.do === 'message') return `message ${it.channel} ${it.bytes[0]}`
    return it.do === 'state' ? `state ${it.bytes[0]}` : `${it.do} ${it.id}`
  })
}

function pair(extra: Partial<ConnectionOptions> = {}): {
  near: Channels
  far: Channels
  at: (ms: number) => Instant
} {
  return {
    near: new Channels({ ...options, ...extra }),
    far: new Channels({ ...options, ...extra }),
    at: instant,
  }
}

/** Carries what one end has to send now to the other. Returns how many packets. */
function carry(from: Channels, to: Channels, now: number): number {
  const all = packets(from, now)
  for (const packet of all) to.receive(packet, instant(now))
  return all.length
}

test('[C1] no packet is longer than 1,200 bytes, whatever is sent', () => {
  const random = new Random(3)
  const { near, far } = pair()
  let longest = 0
  for (let now = 0; now < 20_000; now += random.integer(1, 30)) {
    near.send(
      random.integer(0, 3),
      new Uint8Array(random.pick([0, 1, 30, 400, 1023, 1024, 1025, 5000, 60_000])),
    )
    near.sendState(new Uint8Array(random.integer(0, STATE_BYTES_MAX)))
    for (const [from, to] of [
      [near, far],
      [far, near],
    ]) {
      for (const packet of packets(from, now)) {
        longest = Math.max(longest, packet.length)
        if (random.chance(0.7)) to.receive(packet, instant(now))
      }
      happenings(to)
    }
  }
  assert.ok(longest <= PACKET_BYTES_MAX && longest > 1150, `${longest}`)
  far.receive(new Uint8Array(PACKET_BYTES_MAX + 1), instant(20_000))
  assert.equal(far.dropped.get('too-large'), 1)
})

test('[C2] a repeated packet is dropped, and what it carried is not delivered twice', () => {
  const { near, far } = pair()
  for (const channel of [0, 1, 2, 3]) near.send(channel, Uint8Array.of(9))
  const [packet] = packets(near, 0)
  for (let i = 0; i < 5; i++) far.receive(packet, instant(i))
  assert.deepEqual(short(far), ['message 0 9', 'message 1 9', 'message 2 9', 'message 3 9'])
  assert.equal(far.dropped.get('repeated'), 4)
})

test('[C5] a packet with frames is acknowledged after 5 ms, the eighth at once, a mere acknowledgement never', () => {
  const { near, far } = pair()
  near.send(2, Uint8Array.of(1))
  carry(near, far, 0)
  assert.equal(far.wakeAt, 5)
  assert.equal(packets(far, 4.9).length, 0)
  assert.equal(carry(far, near, 5), 1)
  assert.equal(carry(near, far, 60), 0)
  assert.equal(near.wakeAt, Number.POSITIVE_INFINITY)
  for (let i = 0; i < 8; i++) {
    assert.equal(packets(far, 1000).length, 0)
    near.send(2, Uint8Array.of(1))
    carry(near, far, 1000)
  }
  assert.equal(packets(far, 1000).length, 1)
})

test('[C5] what is reliable is acknowledged at once, but no more often than every 5 ms', () => {
  const { near, far } = pair()
  const said = (channel: number, now: number): void => {
    near.send(channel, Uint8Array.of(1))
    carry(near, far, now)
  }
  said(0, 0)
  assert.equal(carry(far, near, 0), 1)
  said(1, 2)
  assert.equal(far.wakeAt, 5)
  assert.equal(packets(far, 4.9).length, 0)
  assert.equal(carry(far, near, 5), 1)
  said(1, 10)
  assert.equal(carry(far, near, 10), 1)
})

test('[C5] a packet that shows that one is missing, or fills the gap, is acknowledged at once', () => {
  const { near, far } = pair()
  const sent = [0, 1, 2].map((value) => {
    near.send(2, Uint8Array.of(value))
    return packets(near, value)[0]
  })
  far.receive(sent[0], instant(10))
  assert.equal(packets(far, 10).length, 0)
  assert.equal(packets(far, 15).length, 1)
  far.receive(sent[2], instant(20))
  assert.equal(packets(far, 20).length, 1)
  far.receive(sent[1], instant(30))
  assert.equal(packets(far, 30).length, 1)
})

test('[C37] a lost message is sent again after a round trip and 8 ms, and its packet is given up later without it', () => {
  const { near, far } = pair()
  let now = 0
  for (; now < 20_000; now += 50) {
    near.send(0, Uint8Array.of(1))
    for (const packet of packets(near, now)) far.receive(packet, instant(now + 20))
    for (const packet of packets(far, now + 20)) near.receive(packet, instant(now + 40))
  }
  short(far)
  near.send(0, Uint8Array.of(7))
  assert.equal(packets(near, now).length, 1, 'which is lost')
  assert.ok(Math.abs(near.wakeAt - (now + 48)) < 0.1, `${near.wakeAt - now}`)
  assert.equal(carry(near, far, now + 49), 1)
  assert.deepEqual(short(far), ['message 0 7'])
  assert.equal(near.stats(instant(now + 49)).lossShare, 0)
  carry(far, near, now + 89)
  assert.deepEqual(near.queued(0), { messages: 0, bytes: 0 })
  const { resent, lossShare, inFlightBytes } = near.stats(instant(now + 89))
  assert.deepEqual([resent, lossShare > 0, inFlightBytes], [1, true, 0])
})

test('[C8] a packet whose acknowledgements were lost teaches no patience', () => {
  const { near, far } = pair()
  let now = 0
  const over = (start: number, isAcknowledged: boolean): void => {
    for (const packet of packets(near, start)) far.receive(packet, instant(start + 20))
    for (const packet of packets(far, start + 20)) {
      if (isAcknowledged) near.receive(packet, instant(start + 40))
    }
  }
  for (let i = 0; i < 400; i++, now += 100) {
    near.send(0, Uint8Array.of(1))
    over(now, i % 3 > 0)
    over(now + 60, true)
  }
  assert.ok(near.stats(instant(now)).lateAcks > 50)
  near.send(0, Uint8Array.of(1))
  packets(near, now)
  near.send(2, Uint8Array.of(2))
  const { lossShare } = near.stats(instant(now))
  over(now + 8, true)
  assert.ok(near.stats(instant(now + 48)).lossShare > lossShare, 'given up after a round trip and its slack')
})

test('[C5] a packet that has something to say carries the acknowledgement with it', () => {
  const { near, far } = pair()
  near.send(0, Uint8Array.of(1))
  carry(near, far, 0)
  far.send(0, Uint8Array.of(2))
  carry(far, near, 4)
  assert.deepEqual(near.queued(0), { messages: 0, bytes: 0 })
  assert.equal(near.stats(instant(4)).rttMs, 0, 'the 4 ms at the peer are not the path')
})

test('[C6] a packet that is cut short anywhere in a frame, or longer than its frames, leaves no trace', () => {
  const { near, far } = pair()
  near.send(0, Uint8Array.of(1, 1, 1))
  const [packet] = packets(near, 0)
  for (let length = 4; length < packet.length; length++) far.receive(packet.subarray(0, length), instant(0))
  far.receive(Uint8Array.of(...packet, 0), instant(0))
  assert.equal(far.dropped.get('malformed'), packet.length - 4 + 1)
  assert.deepEqual(packets(far, 100), [])
  far.receive(packet, instant(0))
  assert.deepEqual(short(far), ['message 0 1'])
})

test('[C7] a packet that acknowledges what was never sent is dropped whole', () => {
  const { near, far } = pair()
  near.send(0, Uint8Array.of(1))
  packets(near, 0)
  const forged = (newest: number): Uint8Array => Uint8Array.of(1, 0, 0, newest, 0, 0, 2, 1, 5)
  near.receive(forged(1), instant(1))
  near.receive(forged(200), instant(1))
  assert.equal(near.dropped.get('never-sent'), 2)
  assert.deepEqual(short(near), [])
  assert.equal(near.queued(0).messages, 1)
  near.receive(forged(0), instant(1))
  assert.deepEqual(short(near), ['message 2 5'])
  assert.equal(near.queued(0).messages, 0)
  assert.equal(far.dropped.total, 0)
})

test('[C7] bits for packets before the first, or long forgotten, do nothing', () => {
  const { near } = pair()
  near.receive(Uint8Array.of(0, 0, 0), instant(0))
  near.send(0, Uint8Array.of(1))
  packets(near, 0)
  near.receive(Uint8Array.of(1 | (32 << 2), 1, 0, 0, 0, 0, ...new Uint8Array(32).fill(255)), instant(1))
  assert.equal(near.queued(0).messages, 0)
  near.receive(Uint8Array.of(1 | (32 << 2), 2, 0, 0, 0, 0, ...new Uint8Array(32).fill(255)), instant(2))
  assert.equal(near.dropped.total, 0)
})

test('[C22] a lost packet of one channel holds up no other', () => {
  const { near, far } = pair()
  near.send(0, Uint8Array.of(1))
  packets(near, 0)
  near.send(0, Uint8Array.of(2))
  near.send(1, Uint8Array.of(3))
  carry(near, far, 1)
  assert.deepEqual(short(far), ['message 1 3'])
})

test('[C23] a state payload has at most 1,100 bytes; a seventeenth that waits is refused', () => {
  const { near } = pair()
  assert.throws(
    () => near.sendState(new Uint8Array(STATE_BYTES_MAX + 1)),
    (error) => error instanceof ShardlessError && error.code === 'channel/state-too-large',
  )
  const ids = Array.from({ length: 17 }, () => near.sendState(new Uint8Array(STATE_BYTES_MAX)))
  assert.deepEqual(ids, [...Array(16).keys(), undefined])
  assert.equal(near.stateWaiting, 16)
  assert.ok(packets(near, 0).length > 1)
  assert.ok(near.stateWaiting < 16)
})

test('[C24] state that arrives is told acked, state that does not is told lost, each once', () => {
  const { near, far } = pair()
  const sent = [0, 1, 2].map((value) => {
    near.sendState(Uint8Array.of(value))
    return packets(near, value)[0]
  })
  far.receive(sent[0], instant(3))
  far.receive(sent[2], instant(3))
  assert.deepEqual(short(far), ['state 0', 'state 2'])
  carry(far, near, 30)
  assert.deepEqual(short(near).sort(), ['acked 0', 'acked 2', 'lost 1'])
  far.receive(sent[1], instant(200))
  carry(far, near, 300)
  assert.deepEqual(short(near), [])
})

test('[C24] state that the program could not use is told lost', () => {
  const near = new Channels(options)
  const seen: number[] = []
  const far = new Channels({
    ...options,
    takeState: (bytes) => {
      seen.push(bytes[0])
      return bytes[0] !== 1
    },
  })
  for (const value of [0, 1, 2]) {
    near.sendState(Uint8Array.of(value))
    carry(near, far, value)
  }
  carry(far, near, 30)
  assert.deepEqual(short(near).sort(), ['acked 0', 'acked 2', 'lost 1'])
  assert.deepEqual(seen, [0, 1, 2])
  assert.equal(far.dropped.get('unusable'), 1)
})

test('[C25] overtaken state is not delivered and told lost; what else its packet held is delivered and not sent again', () => {
  const { near, far } = pair()
  near.sendState(Uint8Array.of(0))
  near.send(0, Uint8Array.of(7))
  near.send(2, Uint8Array.of(8))
  const [first] = packets(near, 0)
  near.sendState(Uint8Array.of(1))
  const [second] = packets(near, 1)
  far.receive(second, instant(2))
  far.receive(first, instant(3))
  assert.deepEqual(short(far).sort(), ['message 0 7', 'message 2 8', 'state 1'])
  assert.equal(far.dropped.get('overtaken'), 1)
  carry(far, near, 30)
  assert.deepEqual(short(near).sort(), ['acked 1', 'lost 0'])
  const stats = near.stats(instant(30))
  assert.deepEqual([stats.resent, stats.lossShare, stats.inFlightBytes], [0, 0, 0])
  assert.equal(near.queued(0).messages, 0)
})

test('[C25] the refusal travels with every acknowledgement of that packet, so losing one changes nothing', () => {
  const { near, far } = pair()
  const sent = [0, 1].map((value) => {
    near.sendState(Uint8Array.of(value))
    return packets(near, value)[0]
  })
  far.receive(sent[1], instant(2))
  far.receive(sent[0], instant(3))
  assert.equal(packets(far, 30).length, 1)
  near.send(0, Uint8Array.of(1))
  carry(near, far, 31)
  carry(far, near, 60)
  assert.deepEqual(short(near).sort(), ['acked 1', 'lost 0'])
})

test('[C26] payloads of one turn do not overtake each other, those of a later turn overtake all of them', () => {
  const { near, far } = pair()
  const turns = [
    [0, false],
    [1, true],
    [2, true],
    [3, false],
    [4, true],
  ] as const
  const sent = turns.map(([value, isSameTurn]) => {
    near.sendState(Uint8Array.of(value), { isSameTurn })
    return packets(near, value)[0]
  })
  for (const at of [2, 0, 4, 1, 3]) far.receive(sent[at], instant(10))
  assert.deepEqual(short(far), ['state 2', 'state 0', 'state 4', 'state 3'])
  carry(far, near, 40)
  assert.deepEqual(short(near).sort(), ['acked 0', 'acked 2', 'acked 3', 'acked 4', 'lost 1'])
})

test('[C21] state that finds the inbox full is told lost', () => {
  const { near, far } = pair({ inboxMessagesMax: 1 })
  for (const value of [0, 1]) {
    near.sendState(Uint8Array.of(value))
    carry(near, far, value)
  }
  carry(far, near, 30)
  assert.deepEqual(short(near).sort(), ['acked 0', 'lost 1'])
  assert.deepEqual(short(far), ['state 0'])
})

test('[C17] there is no channel beyond the last, and options outside their bounds are refused with the fix', () => {
  const { near } = pair()
  const fails = (code: string, run: () => void): void =>
    assert.throws(run, (error) => error instanceof ShardlessError && error.code === code)
  fails('channel/no-such-channel', () => near.send(4, new Uint8Array(1)))
  fails('channel/no-such-channel', () => near.queued(-1))
  const channel = { name: 'it', kind: 'unreliable' } as const
  fails('channel/bad-options', () => new Channels({ channels: new Array(64).fill(channel) }))
  fails('channel/bad-options', () => new Channels({ channels: [{ ...channel, messageBytesMax: 4_194_305 }] }))
  fails('channel/bad-options', () => new Channels({ channels: [{ ...channel, priority: 0 }] }))
  fails('channel/bad-options', () => new Channels({ channels: [{ ...channel, queueBytesMax: 1000 }] }))
  fails('channel/bad-options', () => new Channels({ channels: [], bytesPerSecondMax: -1 }))
  new Channels({ channels: new Array(63).fill({ ...channel, messageBytesMax: 4_194_304 }) })
})

test('[C28] loss is the share of packets given up; one that came late is taken back', () => {
  const { near, far } = pair()
  let now = 0
  for (let i = 0; i < 400; i++, now += 50) {
    near.send(2, Uint8Array.of(1))
    if (i % 4 === 0) packets(near, now)
    else carry(near, far, now)
    carry(far, near, now + 25)
  }
  const { lossShare } = near.stats(instant(now))
  assert.ok(Math.abs(lossShare - 0.25) < 0.03, `${lossShare}`)
  near.send(2, Uint8Array.of(1))
  const [slow] = packets(near, now)
  for (let i = 0; i < 10; i++) {
    now += 50
    near.send(2, Uint8Array.of(1))
    carry(near, far, now)
    carry(far, near, now + 25)
  }
  const before = near.stats(instant(now))
  far.receive(slow, instant(now + 30))
  carry(far, near, now + 35)
  const after = near.stats(instant(now + 35))
  assert.equal(after.lateAcks, before.lateAcks + 1)
  assert.ok(after.lossShare < before.lossShare)
})
