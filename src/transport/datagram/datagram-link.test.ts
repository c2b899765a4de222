import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FOREVER, type Instant, instant } from '../../core/index.ts'
import type { LinkHandler, LinkOptions } from '../link.ts'
import { DatagramLink } from './datagram-link.ts'

const bounds: LinkOptions = { packetBytesMax: 65_536, bufferBytesMax: 1_048_576 }

/** One end: a link, and what it did and reported. */
class End {
  readonly told: string[] = []
  readonly link: DatagramLink
  hangUps = 0
  wakes = 0

  constructor(options: Partial<LinkOptions>, send: (datagram: Uint8Array) => void) {
    const outlet = {
      remote: '10.0.0.1:4000',
      address: '10.0.0.1',
      headerBytes: 50,
      send,
      wake: () => this.wakes++,
      hangUp: () => this.hangUps++,
    }
    this.link = new DatagramLink(outlet, { ...bounds, ...options })
  }

  open(handler: Partial<LinkHandler> = {}): void {
    this.link.open({
      receive: (packet) => void this.told.push(`packet ${packet.length}`),
      closed: (reason) => void this.told.push(`closed: ${reason}`),
      receiveState: (payload) => {
        this.told.push(`state ${payload.length}`)
        return true
      },
      settleState: (id, isAcknowledged) =>
        void this.told.push(`${id} ${isAcknowledged ? 'arrived' : 'lost'}`),
      ...handler,
    })
  }
}

/** Two links, 10 ms apart, in virtual time. When one hangs up, the connection below ends for both. */
class Two {
  readonly near: End
  readonly far: End
  now = instant(0)
  bytesForth = 0
  /** Returns whether a datagram from `near` gets lost. */
  isLost = (_count: number): boolean => false
  #sent = 0
  readonly #flying: { at: number; to: End; datagram: Uint8Array }[] = []

  constructor(options: { near?: Partial<LinkOptions>; far?: Partial<LinkOptions> } = {}) {
    this.near = new End(options.near ?? {}, (datagram) => {
      this.bytesForth += datagram.length
      if (!this.isLost(this.#sent++)) this.#fly(this.far, datagram)
    })
    this.far = new End(options.far ?? {}, (datagram) => this.#fly(this.near, datagram))
  }

  run(ms: number): void {
    for (const end = this.now + ms; this.now < end; this.now = instant(this.now + 1)) {
      while (this.#flying.length > 0 && this.#flying[0].at <= this.now) {
        const { to, datagram } = this.#flying.shift()!
        to.link.receive(datagram, this.now)
      }
      for (const one of [this.near, this.far]) one.link.poll(this.now)
      if (this.near.hangUps > 0) this.far.link.ended()
      if (this.far.hangUps > 0) this.near.link.ended()
    }
  }

  #fly(to: End, datagram: Uint8Array): void {
    this.#flying.push({ at: this.now + 10, to, datagram: datagram.slice() })
  }
}

test('[N20] a packet is one message of the reliable channel: its own bytes and four for the frame', () => {
  const two = new Two()
  two.far.open()
  two.near.link.send(new Uint8Array(100))
  two.run(15)
  assert.deepEqual(two.far.told, ['packet 100'])
  assert.equal(two.bytesForth, 3 + 4 + 100)
})

test('[N20] packets come once and in order, whatever gets lost', () => {
  const two = new Two()
  two.isLost = (count) => count % 3 === 0
  two.far.open()
  for (let length = 1; length <= 50; length++) two.near.link.send(new Uint8Array(length * 200))
  two.run(5000)
  assert.deepEqual(
    two.far.told,
    Array.from({ length: 50 }, (_, i) => `packet ${(i + 1) * 200}`),
  )
})

test('[N21] the reason of a closing comes after the last packet, and who reads it hangs up at once', () => {
  const two = new Two()
  for (const end of [two.near, two.far]) end.open()
  two.near.link.send(new Uint8Array(5000))
  two.near.link.close('The tide is out.')
  assert.equal(two.near.link.send(new Uint8Array(1)), false)
  two.run(60)
  assert.deepEqual(two.far.told, ['packet 5000', 'closed: The tide is out.'])
  assert.deepEqual(two.near.told, ['closed: The tide is out.'])
  assert.equal(two.far.hangUps, 1)
  assert.equal(two.near.link.wakeAt, FOREVER)
})

test('[N21] a reason has at most 123 bytes, cut between two characters', () => {
  const two = new Two()
  two.far.open()
  two.near.link.close('ä'.repeat(100))
  two.run(60)
  assert.deepEqual(two.far.told, [`closed: ${'ä'.repeat(61)}`])
})

test('[N21] a connection that ends without a reason was lost', () => {
  const two = new Two()
  for (const end of [two.near, two.far]) end.open()
  two.run(20)
  two.near.link.ended()
  two.run(5)
  assert.deepEqual(two.near.told, ['closed: connection lost'])
  assert.equal(two.near.link.send(new Uint8Array(1)), false)
})

test('[N22] what the peer could use has arrived, what it could not is told lost', () => {
  const two = new Two()
  two.near.open()
  two.far.open({ receiveState: (payload) => payload.length !== 2 })
  for (const length of [1, 2, 3]) {
    two.near.link.state.send(new Uint8Array(length), false)
    two.run(100)
  }
  assert.deepEqual(two.near.told, ['0 arrived', '1 lost', '2 arrived'])
})

test('[N22] state for nobody is told lost: before the link is opened, and without receiveState', () => {
  const two = new Two()
  two.near.open()
  two.near.link.state.send(new Uint8Array(10), false)
  two.run(100)
  two.far.open({ receiveState: undefined })
  two.near.link.state.send(new Uint8Array(10), false)
  two.run(100)
  assert.deepEqual(two.near.told, ['0 lost', '1 lost'])
})

test('[N22] the fate of every payload is told once, whatever gets lost', () => {
  const two = new Two()
  two.isLost = (count) => count % 4 === 0
  two.near.open()
  two.far.open()
  for (let count = 0; count < 40; count++) {
    two.near.link.state.send(new Uint8Array(300), false)
    two.run(50)
  }
  two.run(3000)
  assert.deepEqual(
    two.near.told.map((line) => Number(line.split(' ')[0])).sort((a, b) => a - b),
    Array.from({ length: 40 }, (_, id) => id),
  )
  const arrived = two.near.told.filter((line) => line.endsWith('arrived')).length
  assert.equal(arrived, two.far.told.length)
})

test('[N23] the lane is crowded while more waits than the path takes within 25 ms', () => {
  const two = new Two()
  two.near.open()
  const lane = two.near.link.state
  let bytes = 0
  for (; !lane.isCrowded; bytes += 1000 + 50) lane.send(new Uint8Array(1000), bytes > 0)
  assert.ok(bytes > lane.bytesPerSecond * 0.025)
  assert.ok(bytes <= lane.bytesPerSecond * 0.025 + 1050)
  two.far.open()
  two.run(100)
  assert.equal(lane.isCrowded, false)
})

test('[N24] a closing waits a second for what was sent, not longer', () => {
  const two = new Two()
  two.near.open()
  two.run(50)
  two.isLost = () => true
  two.near.link.send(new Uint8Array(100))
  two.near.link.close('Enough.')
  two.run(999)
  assert.equal(two.near.hangUps, 0)
  two.run(2)
  assert.equal(two.near.hangUps, 1)
  assert.deepEqual(two.near.told, ['closed: Enough.'])
})

test('[N25] what is larger than this end takes closes the connection at both ends', () => {
  const two = new Two({ far: { packetBytesMax: 1000 } })
  for (const end of [two.near, two.far]) end.open()
  for (const length of [1000, 1001, 10]) two.near.link.send(new Uint8Array(length))
  two.run(100)
  const closed = 'closed: a packet was larger than 1000 bytes'
  assert.deepEqual(two.far.told, ['packet 1000', closed])
  assert.deepEqual(two.near.told, [closed])
})

test('[N25] who never opens the link holds 512 KiB of it at most, and the peer’s buffer fills', () => {
  const two = new Two()
  let taken = 0
  for (let turn = 0; turn < 400; turn++) {
    while (two.near.link.send(new Uint8Array(20_000))) taken += 20_000
    two.run(10)
  }
  assert.ok(two.near.link.bufferedBytes > 1_000_000)
  assert.ok(taken - two.near.link.bufferedBytes <= 2 * 262_144, `${taken} bytes were taken`)
  const { heldBytes } = two.far.link.stats(two.now)
  assert.ok(heldBytes <= 2 * 262_144, `${heldBytes} bytes are held`)
})

test('a link does nothing from inside a call: it wakes its owner, who polls', () => {
  const two = new Two()
  for (const act of [
    () => two.near.open(),
    () => two.near.link.send(new Uint8Array(1)),
    () => two.near.link.state.send(new Uint8Array(1), false),
    () => two.near.link.close('x'),
  ]) {
    const before = two.near.wakes
    act()
    assert.ok(two.near.wakes > before)
  }
  assert.equal(two.bytesForth, 0)
  assert.deepEqual(two.near.told, [])
})

test('the bytes may be reused at once, those of a Buffer too', () => {
  const two = new Two()
  const got: number[] = []
  const note = (bytes: Uint8Array) => got.push(bytes[0])
  two.far.open({ receive: note, receiveState: (payload) => note(payload) > 0 })
  const scratch = Buffer.alloc(10, 7)
  two.near.link.send(scratch)
  two.near.link.state.send(scratch, false)
  scratch.fill(9)
  two.run(30)
  assert.deepEqual(got, [7, 7])
})

test('a datagram of the peer’s that makes no sense is dropped, and the next one counts', () => {
  const two = new Two()
  two.far.open()
  for (const noise of [[], [255], [0, 0, 0, 63, 1, 200]])
    two.far.link.receive(Uint8Array.from(noise), two.now as Instant)
  two.near.link.send(new Uint8Array(10))
  two.run(30)
  assert.deepEqual(two.far.told, ['packet 10'])
})
