/**
 * channel: what a packet costs, how many messages pass, how much of the weather's bandwidth is used, and how long small
 * messages take beside a large transfer.
 *
 *     "packet"      time in this process, both ends and nothing beneath them; the best of some rounds
 *     "goodput"     virtual time: bytes of messages delivered over what the weather lets through, headers and all,
 *                   from a cold start
 *     "beside KCP"  virtual time, the same weather and dice for both; see channel-kcp.ts
 *     "beside TCP"  real time, real sockets: UDP and TCP through a relay with the same weather from the same seed; see
 *                   channel-relay.ts for what that is and is not
 */
import { ChannelPair, Channels, type ConnectionOptions } from '../src/channel/index.ts'
import { instant, Random } from '../src/core/index.ts'
import { parseWeather, presets, Weather } from '../src/lab/index.ts'
import { besideKcp } from './channel-kcp.ts'
import { besideTcp } from './channel-relay.ts'
import type { Row } from './row.ts'

const options: ConnectionOptions = {
  channels: [
    {
      name: 'block',
      kind: 'reliable-ordered',
      queueBytesMax: 64e6,
      queueMessagesMax: 8192,
      receiveBytesMax: 32e6,
    },
    { name: 'chat', kind: 'reliable-ordered', priority: 8 },
    { name: 'noise', kind: 'unreliable' },
  ],
  bytesPerSecondMax: 1e9,
}

export async function run({ quick }: { quick: boolean }): Promise<Row[]> {
  const rows = [...packetCosts(quick), ...messageRate(quick), ...goodput(quick), ...besideKcp(quick)]
  for (const weather of quick ? ['4G'] : ['fibre', 'wifi', '4G', 'train']) {
    rows.push(...(await besideTcp(weather, quick ? 2 : 10)))
  }
  return rows
}

const row = (name: string, metric: string, value: number, unit: string): Row => ({
  bench: 'channel',
  case: name,
  metric,
  value,
  unit,
})

/** Sends eight packets at a time from one end to the other, and the acknowledgement back. */
function packetCosts(quick: boolean): Row[] {
  const state = new Uint8Array(300)
  const small = new Uint8Array(40)
  const block = new Uint8Array(60_000)
  const loads: [string, (end: Channels) => void][] = [
    [
      'packet of state and two small messages',
      (end) => {
        end.sendState(state)
        end.send(1, small)
        end.send(2, small)
      },
    ],
    [
      'packet of a large message',
      (end) => {
        if (end.queued(0).bytes < 200_000) end.send(0, block)
      },
    ],
  ]
  return loads.flatMap(([name, load]) => {
    let assemble = Number.POSITIVE_INFINITY
    let receive = Number.POSITIVE_INFINITY
    for (let round = 0; round < (quick ? 5 : 15); round++) {
      const took = exchange(load, quick ? 4000 : 16_000)
      assemble = Math.min(assemble, took.assemble)
      receive = Math.min(receive, took.receive)
    }
    return [row(name, 'assemble', assemble, 'us'), row(name, 'receive', receive, 'us')]
  })
}

/** @returns us per packet; acknowledging counts where it happens */
function exchange(load: (end: Channels) => void, packets: number): { assemble: number; receive: number } {
  const near = new Channels(options)
  const far = new Channels(options)
  const buffer = Array.from({ length: 8 }, () => new Uint8Array(1200))
  const lengths = new Array(8).fill(0)
  const spent = { assemble: 0, receive: 0 }
  let now = 0
  for (let done = 0; done < packets; ) {
    let count = 0
    const start = performance.now()
    for (; count < 8; count++) {
      now += 0.5
      load(near)
      const packet = near.poll(instant(now))
      if (packet === undefined) break
      buffer[count].set(packet)
      lengths[count] = packet.length
    }
    const middle = performance.now()
    for (let i = 0; i < count; i++) far.receive(buffer[i].subarray(0, lengths[i]), instant(now))
    while (far.next() !== undefined);
    const ack = far.poll(instant(now + 20))
    if (ack !== undefined) near.receive(ack, instant(now + 20))
    while (near.next() !== undefined);
    spent.assemble += middle - start
    spent.receive += performance.now() - middle
    done += count
    now += 20
  }
  return { assemble: (spent.assemble / packets) * 1000, receive: (spent.receive / packets) * 1000 }
}

/** Sends small reliable messages, as many as fit each packet, over a path without weather. */
function messageRate(quick: boolean): Row[] {
  const bytes = new Uint8Array(40)
  let best = 0
  for (let round = 0; round < (quick ? 3 : 8); round++) {
    const pair = new ChannelPair({ options })
    const wanted = quick ? 50_000 : 200_000
    let got = 0
    pair.onHappening = () => got++
    const start = performance.now()
    for (let now = 1; got < wanted; now++) {
      while (pair.near.queued(1).messages < 1024 && pair.near.send(1, bytes) === 'accepted');
      pair.advance(instant(now))
    }
    best = Math.max(best, (got / (performance.now() - start)) * 1000)
  }
  return [row('reliable messages of 40 bytes', 'both ends', best, 'per second')]
}

const weathers = [
  '20ms rate=64kB/s',
  '20ms rate=2MB/s',
  '50ms±10 rate=250kB/s loss=5%',
  '50ms±10 rate=1MB/s loss=20%',
  '100ms±20 rate=1MB/s loss=2% reorder=30%/40ms repeat=5%',
  '50ms rate=1MB/s burst=5%x40ms',
  '300ms±40 rate=250kB/s loss=5%',
]

function goodput(quick: boolean): Row[] {
  const names = Object.keys(presets).filter((name) => Number.isFinite(presets[name].bytesPerSecond))
  const cases = quick
    ? ['4G', weathers[0], weathers[3]]
    : [...names.filter((name) => name !== 'LAN'), ...weathers]
  return cases.flatMap((weather) => {
    const { fraction, halfMs, lateMs, queueMs } = transfer(weather, quick ? 10 : 30)
    return [
      row(`${weather}: all it can`, 'goodput', fraction, 'of what the weather allows'),
      row(`${weather}: all it can`, 'queue before the bottleneck, mean', queueMs, 'ms'),
      row(`${weather}: all it can`, 'small message beside it, median', halfMs, 'ms'),
      row(`${weather}: all it can`, 'small message beside it, 95 of 100', lateMs, 'ms'),
    ]
  })
}

function transfer(
  weather: string,
  seconds: number,
): { fraction: number; halfMs: number; lateMs: number; queueMs: number } {
  const random = new Random(1)
  const figures = parseWeather(weather)
  const forth = new Weather(figures, random.fork())
  const back = new Weather(figures, random.fork())
  const pair = new ChannelPair({
    options: { ...options, bytesPerSecondMax: 5e6 },
    forth: forth.path,
    back: back.path,
  })
  const sentAt: number[] = []
  const delays: number[] = []
  let got = 0
  let queued = 0
  let packets = 0
  pair.onPacket = (_packet, from, now) => {
    if (from !== pair.near) return
    queued += forth.queuedBytes(now)
    packets++
  }
  pair.onHappening = (happening, _at, now) => {
    if (happening.do !== 'message') return
    if (happening.channel === 1) delays.push(now - sentAt[delays.length])
    else got += happening.bytes.length
  }
  for (let now = 0; now < seconds * 1000; now += 50) {
    while (pair.near.queued(0).bytes < 32e6 && pair.near.send(0, new Uint8Array(8000)) === 'accepted');
    if (pair.near.send(1, new Uint8Array(40)) === 'accepted') sentAt.push(now)
    pair.advance(instant(now + 50))
  }
  delays.sort((a, b) => a - b)
  const { everyMs, lastsMs } = figures.stall
  const moving = lastsMs > 0 ? everyMs / (everyMs + lastsMs) : 1
  const rate = Math.min(figures.bytesPerSecond, 5e6) * (1 - figures.loss) * (1 - figures.burst.share) * moving
  return {
    fraction: got / (rate * seconds),
    halfMs: delays[Math.floor(delays.length * 0.5)],
    lateMs: delays[Math.floor(delays.length * 0.95)],
    queueMs: ((queued / packets) * 1000) / figures.bytesPerSecond,
  }
}
