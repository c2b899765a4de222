import { village } from '../../../docs/examples/text-dialect/game.ts'
import { type Instant, instant } from '../../core/index.ts'
import { PacketWriter, type Presence } from '../../replication/index.ts'
import { decode } from '../../wire/index.ts'
import { type DialectPlayer, dialectSuite } from '../dialect.suite.ts'
import { NativeClient, nativeDialect } from './index.ts'

const nothing = new Uint8Array(0)
const TICK_MS = 50

/** Drives a client's half of the native dialect by hand: no prediction, no playback. */
class Player implements DialectPlayer {
  readonly refusals: string[] = []
  readonly entered: string[] = []
  readonly heard: string[] = []
  readonly replies: string[] = []
  readonly moods = new Map<string, number>()
  isIn = false
  token: Uint8Array = nothing
  readonly #send: (bytes: Uint8Array) => void
  readonly #packet = new PacketWriter(65_536)
  readonly #newcomers = new Set<Presence>()
  #command = { east: 0, north: 0 }
  #tick = 0
  #tickAt = 0
  #now = 0
  #sentAt = instant(0)
  #ids = 0

  readonly native = new NativeClient(village, {
    welcomed: ({ token, tick }) => {
      this.isIn = true
      this.token = token
      this.#tick = tick
      this.#tickAt = this.#now
    },
    refused: (code) => void this.refusals.push(code),
    answered: (_id, body) => {
      const { is, code, token } = JSON.parse(body)
      if (is === 'refused') this.refusals.push(code)
      else this.native.greet('', { token: nothing, heard: nothing, content: '', login: token })
      this.#flush()
    },
    told: (_name, body) => {
      const { who, text } = body as { who: number; text: string }
      this.heard.push(`${this.native.replica.present.get(who)?.entity.name}: ${text}`)
    },
    replied: (_id, reply) => {
      const { say } = village.requests
      if ('sorry' in reply) this.replies.push(`sorry: ${reply.sorry}`)
      else this.replies.push(String(decode(say.reply, reply.body)?.heardBy))
    },
    entered: (presence) => void this.#newcomers.add(presence),
    changed: ({ entity }) => void this.moods.set(String(entity.name), Number(entity.mood)),
    moved() {},
    left: (presence) => void this.#newcomers.delete(presence),
    ponged() {},
    flagged() {},
    informed() {},
    contentCame() {},
    remapped() {},
    arrived() {},
    advanced: (tick) => {
      this.#tick = tick
      this.#tickAt = this.#now
    },
  })

  constructor(send: (bytes: Uint8Array) => void) {
    this.#send = send
  }

  get seen(): ReadonlyMap<string, { x: number; y: number }> {
    const seen = new Map<string, { x: number; y: number }>()
    for (const presence of this.native.replica.present.values())
      if (presence.isKnown) seen.set(String(presence.entity.name), this.#placeOf(presence))
    return seen
  }

  receive(bytes: Uint8Array): void {
    this.native.receive(bytes)
    for (const presence of this.#newcomers) {
      const { x, y } = this.#placeOf(presence)
      this.entered.push(`${presence.entity.name} ${x.toFixed(1)} ${y.toFixed(1)}`)
      this.#newcomers.delete(presence)
    }
  }

  /** Sends the player's commands in each tick, as clients do. */
  advance(now: Instant): void {
    this.#now = now
    if (!this.isIn || now - this.#sentAt < TICK_MS) return
    this.#sentAt = now
    const tick = this.#tick + 2
    const changes = [{ tick, command: this.#command }]
    this.native.commands({ newest: tick, viewDelay: 0, changes })
    this.#flush()
  }

  hello(name: string): void {
    this.native.greet(name, { token: nothing, heard: nothing, content: '' })
    this.#flush()
  }

  login(name: string, password: string): void {
    this.native.page({ id: ++this.#ids, page: 'login', login: '', body: JSON.stringify({ name, password }) })
    this.#flush()
  }

  walk(east: number, north: number): void {
    this.#command = { east, north }
  }

  say(text: string): void {
    this.native.ask(++this.#ids, 'say', { text })
    this.#flush()
  }

  leave(): void {
    this.native.bye()
    this.#flush()
  }

  resume(from: Player): void {
    this.native.greet('Ada', { token: from.token, heard: nothing, content: '' })
    this.#flush()
  }

  #placeOf({ index, kind }: Presence): { x: number; y: number } {
    const { ledger } = this.native.replica
    // What walks straight is shown on without news.
    const tick = this.#tick + Math.floor((this.#now - this.#tickAt) / TICK_MS)
    const table = ledger.tables[kind.index]
    const row = ledger.entityRow[index]
    const { unit } = kind.position as NonNullable<typeof kind.position>
    const at = (axis: number): number =>
      (table.place[row * table.axes + axis] +
        table.velocity[row * table.axes + axis] * Math.max(0, tick - table.start[row])) *
      unit
    return { x: at(0), y: at(1) }
  }

  #flush(): void {
    this.#packet.length = 0
    if (this.native.write(this.#packet)) this.#send(this.#packet.finish())
  }
}

dialectSuite({
  dialect: nativeDialect,
  carries: 'packets',
  tolerance: 0.25,
  canResume: true,
  player: (send) => new Player(send),
  nonsense: [[99, 0], [2, 1, 0], [1, 200], [6], [4, 0]].map((bytes) => Uint8Array.from(bytes)),
})
