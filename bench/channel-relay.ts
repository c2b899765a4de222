/**
 * The same weather on UDP with channels and on TCP, by a relay between real sockets on this machine, in real time.
 *
 *     sender --socket--> relay: Weather, one direction --socket--> receiver
 *
 * UDP: every datagram takes its way through the weather. TCP: the relay takes the stream apart into segments of 1,172
 * bytes; each takes its way, and is handed on in order. The relay stops reading while the bottleneck's queue is full,
 * so nothing is dropped there. A segment that the weather loses is sent again after a round trip and holds up those
 * behind it: that is what a fast retransmission costs. What loss costs TCP besides is not modelled: the kernel's
 * congestion control, which would send less after every loss, sees a loopback without any. TCP's throughput is
 * therefore an upper bound, and its delays a lower one.
 *
 * One sender keeps a large transfer going and sends a message of 64 bytes every 50 ms: by a channel of its own, and in
 * the one stream. The kernel's buffers on a loopback would take megabytes, seconds of the path; so that TCP is judged
 * as a careful program would use it, no more than twice what the path holds is under way.
 */
import { createSocket, type Socket as DatagramSocket } from 'node:dgram'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { Channels, type ConnectionOptions } from '../src/channel/index.ts'
import { instant, Random } from '../src/core/index.ts'
import { parseWeather, Weather } from '../src/lab/index.ts'
import type { Row } from './row.ts'

const SMALL = 64
export const LARGE = 8000
export const SEGMENT = 1172

/** How long small messages took, and what became of the large ones. */
export interface Outcome {
  readonly delays: number[]
  bytes: number
}

export async function besideTcp(weather: string, seconds: number): Promise<Row[]> {
  const name = `${weather}, beside TCP`
  const rows: Row[] = []
  const row = (metric: string, value: number, unit: string): number =>
    rows.push({ bench: 'channel', case: name, metric, value, unit })
  const [udp, tcp] = [await overUdp(weather, seconds), await overTcp(weather, seconds)]
  for (const [half, share] of [
    ['median', 0.5],
    ['95 of 100', 0.95],
  ] as const) {
    const [ours, theirs] = [at(udp, share), at(tcp, share)]
    row(`small message, ${half}`, ours, 'ms')
    row(`small message, ${half}, TCP`, theirs, 'ms')
    row(`small message, ${half}, channel over TCP`, ours / theirs, 'ratio')
  }
  row('goodput', udp.bytes / seconds, 'bytes per second')
  row('goodput, TCP with loss that slows nobody', tcp.bytes / seconds, 'bytes per second')
  row('goodput, channel over TCP', udp.bytes / tcp.bytes, 'ratio')
  return rows
}

export function at({ delays }: Outcome, share: number): number {
  delays.sort((a, b) => a - b)
  return delays[Math.floor(delays.length * share)] ?? Number.NaN
}

/** Does things at their time, to the millisecond. */
export class Agenda {
  readonly #due: { readonly at: number; readonly run: () => void }[] = []
  readonly #timer = setInterval(() => this.#run(), 1)

  add(at: number, run: () => void): void {
    let index = this.#due.length
    while (index > 0 && this.#due[index - 1].at > at) index--
    this.#due.splice(index, 0, { at, run })
  }

  #run(): void {
    const now = performance.now()
    let count = 0
    while (count < this.#due.length && this.#due[count].at <= now) count++
    for (const { run } of this.#due.splice(0, count)) run()
  }

  close(): void {
    clearInterval(this.#timer)
  }
}

export function weatherPair(weather: string): [Weather, Weather] {
  const random = new Random(1)
  const figures = parseWeather(weather)
  return [new Weather(figures, random.fork()), new Weather(figures, random.fork())]
}

async function overUdp(weather: string, seconds: number): Promise<Outcome> {
  const options: ConnectionOptions = {
    channels: [
      {
        name: 'large',
        kind: 'reliable-ordered',
        queueBytesMax: 32e6,
        queueMessagesMax: 8192,
        receiveBytesMax: 16e6,
      },
      { name: 'small', kind: 'reliable-ordered', priority: 8 },
    ],
    bytesPerSecondMax: 5e6,
  }
  const agenda = new Agenda()
  const [forth, back] = weatherPair(weather)
  const sockets = await Promise.all([bound(), bound(), bound()])
  const [nearSocket, relay, farSocket] = sockets
  const [near, far] = [new Channels(options), new Channels(options)]
  const outcome: Outcome = { delays: [], bytes: 0 }
  relay.on('message', (packet, from) => {
    const isForth = from.port === nearSocket.address().port
    const path = (isForth ? forth : back).path
    const to = (isForth ? farSocket : nearSocket).address().port
    const copy = Uint8Array.from(packet)
    for (const when of path(packet.length, instant(performance.now()))) {
      agenda.add(when, () => relay.send(copy, to, '127.0.0.1'))
    }
  })
  const drive = (end: Channels, socket: DatagramSocket): void => {
    const now = instant(performance.now())
    for (let packet = end.poll(now); packet !== undefined; packet = end.poll(now)) {
      socket.send(packet.slice(), relay.address().port, '127.0.0.1')
    }
    for (let told = end.next(); told !== undefined; told = end.next()) {
      if (told.do === 'message') note(outcome, told.bytes)
    }
  }
  for (const [end, socket] of [
    [near, nearSocket],
    [far, farSocket],
  ] as const) {
    socket.on('message', (packet) => {
      end.receive(packet, instant(performance.now()))
      drive(end, socket)
    })
  }
  const fill = (): void => {
    while (near.queued(0).bytes < 16e6 && near.send(0, new Uint8Array(LARGE)) === 'accepted');
  }
  await talk(
    seconds,
    fill,
    () => near.send(1, stamped()),
    () => {
      drive(near, nearSocket)
      drive(far, farSocket)
    },
  )
  agenda.close()
  for (const socket of sockets) socket.close()
  return outcome
}

export async function bound(): Promise<DatagramSocket> {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return socket
}

export async function overTcp(weather: string, seconds: number): Promise<Outcome> {
  const agenda = new Agenda()
  const [forth] = weatherPair(weather)
  const outcome: Outcome = { delays: [], bytes: 0 }
  const far = createServer((socket) => socket.on('data', unframe(outcome)))
  far.listen(0, '127.0.0.1')
  await once(far, 'listening')
  const relay = createServer((socket) => {
    const onward = connect((far.address() as AddressInfo).port, '127.0.0.1').setNoDelay(true)
    new StreamThroughWeather(socket, onward, forth, agenda)
    socket.on('close', () => onward.destroy())
  })
  relay.listen(0, '127.0.0.1')
  await once(relay, 'listening')
  const near = connect((relay.address() as AddressInfo).port, '127.0.0.1').setNoDelay(true)
  await once(near, 'connect')
  const { bytesPerSecond, latencyMs } = forth.figures
  const underwayMax = Math.max(65_536, (2 * bytesPerSecond * 2 * latencyMs) / 1000)
  let sent = 0
  const fill = (): void => {
    for (; sent - outcome.bytes < underwayMax && !near.writableNeedDrain; sent += LARGE) {
      near.write(framed(new Uint8Array(LARGE)))
    }
  }
  await talk(
    seconds,
    fill,
    () => near.write(framed(stamped())),
    () => {},
  )
  agenda.close()
  near.destroy()
  relay.close()
  far.close()
  return outcome
}

/** One direction of a TCP connection, as the head of this file describes it. */
class StreamThroughWeather {
  readonly #from: Socket
  readonly #to: Socket
  readonly #weather: Weather
  readonly #agenda: Agenda
  /** Segments under way, in order; the first is handed on when it has arrived. */
  readonly #way: { readonly bytes: Uint8Array; hasArrived: boolean }[] = []

  constructor(from: Socket, to: Socket, weather: Weather, agenda: Agenda) {
    this.#from = from
    this.#to = to
    this.#weather = weather
    this.#agenda = agenda
    from.on('data', (bytes: Uint8Array) => this.#take(Uint8Array.from(bytes)))
  }

  #take(bytes: Uint8Array): void {
    const room = this.#weather.figures.queueBytes - this.#weather.queuedBytes(instant(performance.now()))
    const fits = Math.max(0, Math.floor(room / (SEGMENT + 28)) - 1) * SEGMENT
    for (let at = 0; at < Math.min(bytes.length, fits); at += SEGMENT) {
      const segment = { bytes: bytes.subarray(at, Math.min(at + SEGMENT, fits)), hasArrived: false }
      this.#way.push(segment)
      this.#send(segment)
    }
    if (bytes.length <= fits) {
      this.#from.resume()
      return
    }
    this.#from.pause()
    this.#agenda.add(performance.now() + 2, () => this.#take(bytes.subarray(fits)))
  }

  #send(segment: { readonly bytes: Uint8Array; hasArrived: boolean }): void {
    const now = performance.now()
    const [when] = this.#weather.path(segment.bytes.length, instant(now))
    if (when === undefined) {
      this.#agenda.add(now + 2 * this.#weather.figures.latencyMs, () => this.#send(segment))
      return
    }
    this.#agenda.add(when, () => {
      segment.hasArrived = true
      while (this.#way.length > 0 && this.#way[0].hasArrived) this.#to.write(this.#way.shift()!.bytes)
    })
  }
}

/** Keeps the large transfer going and sends a small message every 50 ms, for so long. */
export async function talk(
  seconds: number,
  fill: () => void,
  speak: () => void,
  drive: () => void,
): Promise<void> {
  const start = performance.now()
  let spoken = 0
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      const elapsed = performance.now() - start
      fill()
      for (; spoken * 50 < elapsed; spoken++) speak()
      drive()
      if (elapsed < seconds * 1000) return
      clearInterval(timer)
      resolve()
    }, 1)
  })
}

export function stamped(): Uint8Array {
  const bytes = new Uint8Array(SMALL)
  new DataView(bytes.buffer).setFloat64(0, performance.now())
  return bytes
}

export function note(outcome: Outcome, bytes: Uint8Array): void {
  if (bytes.length !== SMALL) outcome.bytes += bytes.length
  else outcome.delays.push(performance.now() - new DataView(bytes.buffer, bytes.byteOffset).getFloat64(0))
}

function framed(bytes: Uint8Array): Uint8Array {
  const frame = new Uint8Array(2 + bytes.length)
  new DataView(frame.buffer).setUint16(0, bytes.length)
  frame.set(bytes, 2)
  return frame
}

function unframe(outcome: Outcome): (chunk: Uint8Array) => void {
  let rest = new Uint8Array(0)
  return (chunk) => {
    const bytes = new Uint8Array(rest.length + chunk.length)
    bytes.set(rest)
    bytes.set(chunk, rest.length)
    const view = new DataView(bytes.buffer)
    let at = 0
    while (at + 2 <= bytes.length && at + 2 + view.getUint16(at) <= bytes.length) {
      const length = view.getUint16(at)
      note(outcome, bytes.subarray(at + 2, at + 2 + length))
      at += 2 + length
    }
    rest = bytes.slice(at)
  }
}
