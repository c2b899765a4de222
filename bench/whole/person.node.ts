/**
 * One player at the other end of our own server: says what a client says and when a client says it, and of what it
 * hears reads no more than it must.
 */
import { CommandStream } from '../../src/client/session/command-stream.ts'
import { type Instant, instant } from '../../src/core/index.ts'
import { NativeClient } from '../../src/dialect/native/index.ts'
import { PacketReader, PacketWriter } from '../../src/replication/index.ts'
import type { Link } from '../../src/transport/index.ts'
import { silent } from '../../test/dialect/silent.ts'
import { type gameOf, Steering } from './game.ts'
import { type Case, TICKS_PER_SECOND } from './plan.ts'

/** How often a client asks how far the server is, in ms. */
const PING_MS = 1000
/** The same where a command goes out anyway. */
const PING_EARLY_MS = 750
/** The code of a state, which goes on to the end of its packet. */
const STATE = 18

/** What a person sends by. */
export interface Way {
  send(packet: Uint8Array): void
  /** The lane for state, on links that have one. */
  readonly state?: Link['state']
}

export class Person {
  readonly #native: NativeClient
  readonly #stream: CommandStream<{ heading: number; walks: boolean }>
  readonly #steering: Steering
  readonly #way: Way
  readonly #frame = new PacketWriter(4096)
  readonly #reader = new PacketReader()
  #tick = 0
  #tickAt = 0
  #newest = 0
  #pingAt = 0
  readonly welcomed: Promise<void>
  #isWelcome = false
  #welcome = (): void => {}

  constructor(game: ReturnType<typeof gameOf>, way: Way, { number, scene }: { number: number; scene: Case }) {
    this.#native = new NativeClient(game, { ...silent, welcomed: ({ tick }) => this.#begin(tick) })
    this.#stream = new CommandStream(game.command)
    this.#steering = new Steering(scene.steering, 100 + number)
    this.#way = way
    this.welcomed = new Promise((resolve) => {
      this.#welcome = resolve
    })
    const nothing = new Uint8Array(0)
    this.#native.greet(`Walker ${number}`, { token: nothing, heard: nothing, content: '' })
    this.#flush()
  }

  /** Reads the head of the state, which comes last, and everything before it. */
  receive(packet: Uint8Array): void {
    const reader = this.#reader.reset(packet)
    while (reader.left > 0) {
      const at = reader.at
      if (reader.byte() === STATE) {
        this.#heard(reader.varint())
        if (at > 0) this.#native.receive(packet.slice(0, at))
        return
      }
      reader.take(reader.varint())
    }
    this.#native.receive(packet.slice())
  }

  /** Reads the head of a payload of state. */
  receiveState(payload: Uint8Array): boolean {
    if (!this.#isWelcome) return false
    this.#heard(this.#reader.reset(payload).varint())
    return true
  }

  settled(id: number, isAcknowledged: boolean): void {
    this.#stream.settled(id, isAcknowledged)
  }

  /** Makes one of the player's ticks. */
  tick(now: Instant): void {
    if (!this.#isWelcome) return
    this.#steering.tick()
    const { heading, walks } = this.#steering
    this.#stream.want({ heading, walks })
    const passed = Math.floor(((now - this.#tickAt) * TICKS_PER_SECOND) / 1000)
    this.#newest = Math.max(this.#newest + 1, this.#tick + Math.min(passed, TICKS_PER_SECOND) + 2)
    this.#stream.tick(this.#newest)
    const isLossy = this.#way.state !== undefined
    const changes = this.#stream.next(now, { isLossy })
    if (changes) {
      const commands = { newest: this.#newest, viewDelay: 2, changes }
      if (!isLossy) this.#native.commands(commands)
      else {
        const id = this.#way.state?.send(this.#native.commandPayload(commands), false)
        if (id !== undefined) this.#stream.leftAs(id)
      }
    }
    if (now - this.#pingAt >= (changes ? PING_EARLY_MS : PING_MS)) {
      this.#pingAt = now
      this.#native.ping(now)
    }
    this.#flush()
  }

  #begin(tick: number): void {
    this.#isWelcome = true
    this.#heard(tick)
    this.#welcome()
  }

  #heard(tick: number): void {
    if (tick <= this.#tick) return
    this.#tick = tick
    this.#tickAt = instant(performance.now())
  }

  #flush(): void {
    this.#frame.length = 0
    if (this.#native.write(this.#frame)) this.#way.send(this.#frame.finish())
  }
}
