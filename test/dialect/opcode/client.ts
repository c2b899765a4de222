/**
 * A client of opcodes of our own, in both forms, which keeps what it is told as the old programs do: a list of people
 * in its own order, and their looks by number. It is written from `src/dialect/opcode/README.md`.
 */

import { packNibbles, unpackNibbles } from '../../../src/dialect/opcode/nibble-code.ts'
import { pack } from '../../../src/dialect/opcode/prefix-code.ts'
import { Bits, Bytes, letters, u16, u32 } from './bytes.ts'

export type FormName = 'desktop' | 'browser'

/** Somebody as the client has them. */
export interface Seen {
  readonly index: number
  column: number
  row: number
  way: number
}

export interface Looks {
  readonly name: string
  readonly sprites: readonly number[]
  readonly hair: number
  readonly top: number
  readonly trousers: number
  readonly skin: number
}

const STEPS = [
  [0, -1],
  [1, -1],
  [1, 0],
  [1, 1],
  [0, 1],
  [-1, 1],
  [-1, 0],
  [-1, -1],
] as const

export class OpcodeClient {
  readonly form: FormName
  readonly #send: (bytes: Uint8Array) => void
  /** What is awaited outside of frames: so many bytes. */
  #bare = 0
  #held: number[] = []
  /** Each answer outside of frames, in order. */
  readonly answers: number[][] = []
  /** The opcodes of all frames, in order, and the bodies of those that are not read. */
  readonly opcodes: number[] = []
  readonly bodies: number[][] = []
  readonly messages: string[] = []
  /** What was said by whom: "Ada: Good morning." */
  readonly said: string[] = []
  readonly looks = new Map<number, Looks>()
  /** Everybody else, in the order in which the server counts. */
  people: Seen[] = []
  /** Everybody who is new, each time. */
  readonly came: Seen[] = []
  ownIndex = -1
  column = -1
  row = -1
  way = -1
  /** The longest frame, in bytes. */
  longest = 0
  /** How many lists of people came. */
  ticks = 0

  constructor(form: FormName, send: (bytes: Uint8Array) => void) {
    this.form = form
    this.#send = send
  }

  frame(opcode: number, body: readonly number[] = []): Uint8Array {
    const length = 1 + body.length
    if (this.form === 'desktop') return Uint8Array.of(...u16(length), opcode, ...body)
    if (length >= 160) return Uint8Array.of(160 + (length >> 8), length & 255, opcode, ...body)
    if (length === 1) return Uint8Array.of(1, opcode)
    return Uint8Array.of(length, body.at(-1)!, opcode, ...body.slice(0, -1))
  }

  send(opcode: number, body?: readonly number[]): void {
    this.#send(this.frame(opcode, body))
  }

  configuration(): void {
    this.send(19)
  }

  login(name: string, password: string, { isComingBack = false, version = 0 } = {}): void {
    if (this.form === 'desktop') {
      this.#bare = 1
      const limits = [...letters('0'.repeat(40)), 10, 0]
      const head = [isComingBack ? 1 : 0, ...u32(version || 10_009), ...letters(name), 10]
      this.send(0, [...head, ...letters(password.padEnd(20)), 10, ...u32(0), ...u32(7), ...limits])
      return
    }
    this.#session()
    const head = [
      isComingBack ? 1 : 0,
      ...u16(version || 204),
      0,
      10,
      ...u32(1),
      ...u32(2),
      ...u32(0),
      ...u32(1),
    ]
    this.send(0, [...head, ...u32(0), ...padded(word(name)), ...padded(password)])
  }

  register(name: string, password: string): void {
    if (this.form === 'desktop') {
      this.#bare = 1
      this.send(2, [...letters(name), 10, ...letters(password), 10])
      return
    }
    this.#session()
    this.send(2, [...u16(204), ...padded(word(name)), ...padded(password)])
  }

  walk(column: number, row: number, steps: readonly (readonly [number, number])[] = []): void {
    this.send(187, [...u16(column), ...u16(row), ...steps.flat().map((step) => step & 255)])
  }

  chat(words: string): void {
    if (this.form === 'browser') {
      this.send(216, [...packNibbles(words)])
      // This one shows by itself what its player says.
      this.said.push(`${this.nameOf(this.ownIndex)}: ${unpackNibbles(packNibbles(words))}`)
    } else {
      const bytes = Uint8Array.from(letters(words))
      const count = bytes.length < 128 ? [bytes.length] : u16(0x8000 + bytes.length)
      this.send(216, [...count, ...pack(bytes)])
    }
  }

  heartbeat(): void {
    this.send(67)
  }

  logout(): void {
    this.send(102)
  }

  nameOf(index: number): string {
    return this.looks.get(index)?.name ?? `#${index}`
  }

  receive(bytes: Uint8Array): void {
    this.#held.push(...bytes)
    for (;;) {
      if (this.#bare > 0 && this.#held.length >= 1) {
        const size = this.#bare > 1 ? 8 : 1
        if (this.#held.length < size) return
        this.#bare -= size
        this.answers.push(this.#held.splice(0, size))
        continue
      }
      const frame = this.#cut()
      if (frame === undefined) return
      this.longest = Math.max(this.longest, frame.length + 2)
      this.#read(frame[0], Uint8Array.from(frame.slice(1)))
    }
  }

  /** Whether bytes wait that are no whole frame. */
  get holds(): number {
    return this.#held.length
  }

  /** The session's eight bytes, and the answer's one. */
  #session(): void {
    this.#bare = 9
    this.send(32, [0])
  }

  /** Takes a whole frame from what came: the opcode, and what follows. */
  #cut(): number[] | undefined {
    const held = this.#held
    if (this.form === 'desktop') {
      const length = held.length < 2 ? Number.POSITIVE_INFINITY : (held[0] << 8) | held[1]
      // Answers to somebody else's bytes are no frames.
      if (length < 3) held.length = 0
      return held.length < length ? undefined : held.splice(0, length).slice(2)
    }
    if (held[0] === 0) held.length = 0
    if (held.length < 2) return undefined
    if (held[0] >= 160) {
      const length = ((held[0] - 160) << 8) | held[1]
      return held.length < 2 + length ? undefined : held.splice(0, 2 + length).slice(2)
    }
    if (held.length < 1 + held[0]) return undefined
    const [, last, ...rest] = held.splice(0, 1 + held[0])
    return rest.length === 0 ? [last] : [...rest, last]
  }

  #read(opcode: number, body: Uint8Array): void {
    this.opcodes.push(opcode)
    if (opcode === 25) this.ownIndex = new Bytes(body).u16()
    else if (opcode === 191) this.#readPeople(body)
    else if (opcode === 234) this.#readUpdates(new Bytes(body))
    else if (opcode === 131) this.messages.push(this.#message(new Bytes(body)))
    else this.bodies.push([...body])
  }

  #message(body: Bytes): string {
    if (this.form === 'browser') return body.rest()
    body.skip(6)
    return body.line()
  }

  #readPeople(body: Uint8Array): void {
    const bits = new Bits(body)
    this.ticks++
    this.column = bits.take(11)
    this.row = bits.take(13)
    this.way = bits.take(4)
    const kept: Seen[] = []
    const count = bits.take(8)
    if (count > this.people.length)
      throw new Error(`${count} are told of, and ${this.people.length} are known`)
    for (const one of this.people.slice(0, count)) {
      if (bits.take(1) === 1) {
        if (bits.take(1) === 0) {
          one.way = bits.take(3)
          one.column += STEPS[one.way][0]
          one.row += STEPS[one.way][1]
        } else {
          const high = bits.take(2)
          if (high === 3) continue
          one.way = (high << 2) | bits.take(2)
        }
      }
      kept.push(one)
    }
    const size = this.form === 'desktop' ? 6 : 5
    while (bits.left > 24) {
      const index = bits.take(11)
      const [columns, rows] = [bits.signed(size), bits.signed(size)]
      const one = { index, column: this.column + columns, row: this.row + rows, way: bits.take(4) }
      if (this.form === 'browser') bits.take(1)
      kept.push(one)
      this.came.push({ ...one })
    }
    this.people = kept
  }

  #readUpdates(body: Bytes): void {
    for (let count = body.u16(); count > 0; count--) {
      const index = body.u16()
      const kind = body.u8()
      if (kind === 5) this.looks.set(index, this.#readLooks(body))
      else if (kind === 1) this.said.push(`${this.nameOf(index)}: ${this.#readWords(body)}`)
      else throw new Error(`an update of kind ${kind}`)
    }
    if (body.left > 0) throw new Error(`${body.left} bytes are left of updates`)
  }

  #readLooks(body: Bytes): Looks {
    if (this.form === 'desktop') {
      const name = body.line()
      const sprites = Array.from({ length: body.u8() }, () => body.u16())
      const [hair, top, trousers, skin] = [body.u8(), body.u8(), body.u8(), body.u8()]
      body.skip(2 + 1 + 3 + 4)
      return { name, sprites, hair, top, trousers, skin }
    }
    body.u16()
    const name = nameOf(body.u64())
    const sprites = Array.from({ length: body.u8() }, () => body.u8())
    const [hair, top, trousers, skin] = [body.u8(), body.u8(), body.u8(), body.u8()]
    body.skip(2)
    return { name, sprites, hair, top, trousers, skin }
  }

  #readWords(body: Bytes): string {
    if (this.form === 'browser') return unpackNibbles(body.bytes(body.u8()))
    body.skip(4)
    return body.line()
  }
}

/** Letters but a to z and digits become underscores, as the program has them. (It has them so in passwords, too.) */
const word = (text: string): string => text.replace(/[^A-Za-z0-9]/g, '_')

const padded = (text: string): number[] => letters(text.slice(0, 20).padEnd(20))

function nameOf(packed: bigint): string {
  const signs = ' abcdefghijklmnopqrstuvwxyz0123456789'
  let name = ''
  for (let rest = packed; rest > 0n; rest /= 37n) name = signs[Number(rest % 37n)] + name
  return name.replace(/(^| )([a-z])/g, (_all, before, letter) => before + letter.toUpperCase())
}
