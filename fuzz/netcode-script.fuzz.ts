/**
 * Scripts of real packets: two clients, one server, and a network that does as each byte of the input says: deliver,
 * lose, repeat, reorder, replay from the record, hand to the wrong side, bend. Whatever happens, no payload arrives
 * twice or was never sent, slots agree, queues stay bounded; and when the network is good again, all is well again.
 */
import assert from 'node:assert/strict'
import { instant } from '../src/core/index.ts'
import { type Address, addressOf, NetcodeClient } from '../src/netcode/index.node.ts'
import { corpus, home, Stage, slots } from './netcode-stage.node.ts'

export const seeds = corpus('netcode-script')

interface Flight {
  readonly from: Address
  readonly to: Address
  readonly packet: Uint8Array
}

const IN_FLIGHT_MAX = 256
const STEPS_MAX = 2000

export function fuzz(input: Uint8Array): void {
  const script = new Script()
  for (const byte of input.subarray(0, STEPS_MAX)) script.step(byte)
  script.check()
  script.settle()
}

class Script {
  readonly #stage = new Stage()
  readonly #clients = [1, 2, 3].map((n) => ({
    address: addressOf('192.0.2.1', 50_000 + n)!,
    client: new NetcodeClient({ cipher: this.#stage.cipher, outputsMax: 64 }),
  }))
  readonly #record: Flight[] = []
  readonly #sent = new Set<string>()
  readonly #arrived = new Set<string>()
  readonly #taken = new Set<number>()
  #inFlight: Flight[] = []
  #payloads = 0
  #tokens = 10n

  /** Takes a step: the high nibble says what, the low one to whom. */
  step(byte: number): void {
    const { server, now } = this.#stage
    const one = this.#clients[byte % 3]
    const index = this.#inFlight.length > 0 ? byte % this.#inFlight.length : -1
    const flight = this.#inFlight[index]
    switch (byte >> 4) {
      case 0:
        this.#connect(one.client, byte)
        break
      case 1:
        if (byte & 8) one.client.disconnect(now)
        else server.disconnect(byte % slots, now)
        break
      case 2:
      case 3: {
        const payload = this.#payload()
        const isSent = byte & 8 ? one.client.send(payload, now) : server.send(byte % slots, payload, now)
        if (isSent) this.#sent.add(payload.join())
        break
      }
      case 4:
        this.#wait((byte & 15) * 7)
        break
      case 5:
        this.#wait((byte & 15) * 500)
        break
      case 6:
        if (flight) this.#inFlight.splice(index, 1)
        break
      case 7:
        if (flight) this.#deliver(flight)
        break
      case 8:
        if (this.#record.length > 0) this.#deliver(this.#record[(byte * 7919) % this.#record.length])
        break
      case 9:
        if (flight) this.#deliver({ ...flight, from: one.address })
        break
      case 10:
        if (flight) this.#deliver({ ...flight, from: flight.to, to: flight.from })
        break
      case 11:
        if (flight)
          this.#deliver({
            ...flight,
            packet: flight.packet.map((value, i) => (i === byte % 23 ? ~value : value)),
          })
        break
      default:
        this.#deliverNext()
    }
    this.#poll()
  }

  /** Checks what must hold at every moment. */
  check(): void {
    const { server } = this.#stage
    assert.ok(server.connectedCount <= slots)
    assert.equal(server.connectedCount, this.#taken.size)
    for (const payload of this.#arrived) assert.ok(this.#sent.has(payload), 'a payload that was never sent')
  }

  /** Makes the network good again: whoever asks is let in, as long as there are slots. */
  settle(): void {
    this.#inFlight = []
    for (const { client } of this.#clients) client.disconnect(this.#stage.now)
    this.#run(6000)
    this.check()
    assert.equal(this.#stage.server.connectedCount, 0)
    for (const { client } of this.#clients.slice(0, slots)) this.#connect(client, 1)
    this.#run(500)
    for (const { client } of this.#clients.slice(0, slots)) assert.equal(client.state, 'connected')
    assert.equal(this.#stage.server.connectedCount, slots)
  }

  #connect(client: NetcodeClient, how: number): void {
    const token = how & 8 ? this.#stage.token : this.#stage.issue(this.#tokens++)
    client.connect(how & 4 ? token.subarray(1) : token, this.#stage.now)
  }

  #payload(): Uint8Array {
    const n = ++this.#payloads
    return Uint8Array.of(n, n >> 8)
  }

  #wait(ms: number): void {
    this.#stage.now = instant(this.#stage.now + ms)
  }

  #run(ms: number): void {
    for (let i = 0; i < ms; i += 20) {
      this.#wait(20)
      this.#poll()
      while (this.#inFlight.length > 0) this.#deliverNext()
    }
  }

  #deliverNext(): void {
    const flight = this.#inFlight.shift()
    if (flight) this.#deliver(flight)
  }

  #deliver({ from, to, packet }: Flight): void {
    const { server, now } = this.#stage
    if (to.equals(home)) server.receive(packet, from, now)
    else this.#clients.find(({ address }) => address.equals(to))?.client.receive(packet, from, now)
    this.#poll()
  }

  #poll(): void {
    const { server, now } = this.#stage
    for (let out = server.poll(now); out; out = server.poll(now)) {
      if (out.do === 'send') this.#fly({ from: home, to: out.to, packet: out.packet })
      else if (out.do === 'payload') this.#arrive(out.bytes)
      else this.#seat(out.slot, out.do === 'connected')
    }
    for (const { client, address } of this.#clients) {
      for (let out = client.poll(now); out; out = client.poll(now)) {
        if (out.do === 'send') this.#fly({ from: address, to: out.to, packet: out.packet })
        else if (out.do === 'payload') this.#arrive(out.bytes)
      }
    }
  }

  #fly(flight: Flight): void {
    if (this.#record.length < 4096) this.#record.push(flight)
    if (this.#inFlight.length < IN_FLIGHT_MAX) this.#inFlight.push(flight)
  }

  #arrive(bytes: Uint8Array): void {
    const text = bytes.join()
    assert.ok(!this.#arrived.has(text), 'a payload arrived twice')
    this.#arrived.add(text)
  }

  #seat(slot: number, isTaken: boolean): void {
    assert.ok(slot >= 0 && slot < slots)
    assert.equal(this.#taken.has(slot), !isTaken, 'a slot was given twice or left twice')
    if (isTaken) this.#taken.add(slot)
    else this.#taken.delete(slot)
  }
}
