/** A village in virtual time whose people speak opcodes, over perfect links. */
import assert from 'node:assert/strict'
import { adapter } from '../../../docs/examples/text-dialect/dialect.ts'
import { village } from '../../../docs/examples/text-dialect/game.ts'
import { instant, Random } from '../../../src/core/index.ts'
import type { Dialect } from '../../../src/dialect/index.ts'
import { type OpcodeOptions, opcodeDialect } from '../../../src/dialect/opcode/index.ts'
import type { Admission } from '../../../src/gateway/index.ts'
import { defineServer, Host, type Limits, Sorry } from '../../../src/server/index.ts'
import type { Link, LinkHandler } from '../../../src/transport/index.ts'
import { type FormName, OpcodeClient } from './client.ts'

export const FORMS = ['desktop', 'browser'] as const
/** The side of a tile in the village, in metres: a villager's 2 m/s make one in 0.64 s. */
export const TILE = 1.28
export const TICK_MS = 640
/** The middle of the ground that both forms stand on. */
export const MIDDLE = { column: 68, row: 628 }

/** Clients in the world say so every five seconds. */
const HEARTBEAT_MS = 5000

export interface StageOptions extends Partial<OpcodeOptions> {
  /** Another game than the village, with its dialect. */
  readonly game?: { readonly definition: ConstructorParameters<typeof Host>[0]; readonly dialect: Dialect }
  readonly admission?: Admission
  readonly limits?: Partial<Limits>
}

export class OpcodeStage {
  readonly host: Host
  readonly #dialect
  readonly #links: { link: StageLink; client: OpcodeClient }[] = []
  now = instant(1000)

  constructor({ admission, limits, game, ...options }: StageOptions = {}) {
    const dialect = opcodeDialect(adapter, { tileMetres: TILE, metresPerSecond: 2, ...options })
    this.#dialect = game?.dialect ?? dialect
    const green = defineServer(village, {
      name: 'Green',
      // Farther than a corner of what a desktop shows: 31 tiles each way.
      viewRadius: 64,
      join: ({ world, player: { name } }) =>
        world.spawn('villager', { position: { x: 128.5, y: 128.5 }, mood: 5, name }),
      requests: {
        say({ world, player, ask: { text } }) {
          if (text === 'Nonsense' || !player.entity) throw new Sorry('Speak up.')
          world.tell('said', { who: player.entity.id, text }, { everyone: true })
          return { heardBy: world.players.size }
        },
      },
    })
    this.host = new Host(game?.definition ?? green, { random: new Random(1), limits, admission }, this.now)
  }

  get drops(): Record<string, number> {
    return this.host.stats.dialects.opcode ?? {}
  }

  connect(form: FormName): { client: OpcodeClient; link: StageLink } {
    const link = new StageLink(this.#links.length + 1)
    const one = { link, client: new OpcodeClient(form, (bytes) => link.toServer(bytes)) }
    this.#links.push(one)
    this.host.accept(link, () => this.now, { dialect: this.#dialect, carries: 'stream' })
    return one
  }

  /** Has somebody come in who has been told of everybody. */
  join(form: FormName, name: string): OpcodeClient {
    const { client } = this.connect(form)
    client.login(name, '')
    this.run(2 * TICK_MS)
    assert.ok(client.ticks > 0, `${name} is in`)
    return client
  }

  villager(name: string) {
    for (const villager of this.host.world.entities('villager'))
      if (villager.name === name)
        return villager as unknown as { id: number; mood: number; position: { x: number; y: number } }
    throw new Error(`Nobody is called ${name}.`)
  }

  spawn(name: string, east = 0, north = 0) {
    const position = { x: 128.5 + east * TILE, y: 128.5 + north * TILE }
    return this.host.world.spawn('villager', { position, mood: 5, name } as never) as unknown as {
      id: number
      mood: number
      position: { x: number; y: number }
    }
  }

  run(ms: number): void {
    for (const end = this.now + ms; this.now < end; ) {
      this.now = instant(this.now + 10)
      if (this.now % HEARTBEAT_MS === 0)
        for (const { link, client } of this.#links) if (client.ticks > 0 && !link.isQuiet) client.heartbeat()
      for (const { link } of this.#links) link.deliver()
      if (this.host.wakeAt <= this.now) this.host.advance(this.now)
      for (const { link, client } of this.#links) for (const bytes of link.takeOut()) client.receive(bytes)
    }
  }
}

export class StageLink implements Link {
  readonly isReliable = true
  readonly packetBytesMax = 65_536
  readonly remote: string
  readonly address: string
  readonly bufferedBytes = 0
  closedFor: string | undefined
  /** Whether its client says nothing by itself. */
  isQuiet = false
  #handler: LinkHandler | undefined
  #in: Uint8Array[] = []
  #out: Uint8Array[] = []
  #isOver = false

  constructor(number: number) {
    this.address = `10.0.0.${number}`
    this.remote = `${this.address}:1`
  }

  get isOpen(): boolean {
    return this.closedFor === undefined
  }

  open(handler: LinkHandler): void {
    this.#handler = handler
  }

  send(packet: Uint8Array): boolean {
    if (!this.isOpen) return false
    this.#out.push(packet.slice())
    return true
  }

  close(reason: string): void {
    this.closedFor ??= reason
  }

  toServer(bytes: Uint8Array): void {
    this.#in.push(bytes.slice())
  }

  deliver(): void {
    const came = this.#in
    this.#in = []
    if (this.#isOver) return
    for (const bytes of came) if (this.isOpen) this.#handler?.receive(bytes)
    if (this.isOpen) return
    this.#isOver = true
    this.#handler?.closed(this.closedFor ?? '', false)
  }

  takeOut(): readonly Uint8Array[] {
    return this.#out.splice(0)
  }
}

/** Answers for accounts as the engine does, from a table: what a name and a password lead to. */
export function accountsOf(answers: (page: string, name: string, password: string) => object): Admission {
  return {
    ask: ({ login, name }, decide) =>
      decide({ is: 'guest', name: login === '' ? name : login.replace('token of ', '') }),
    page({ page, body }, answer) {
      const { name, password } = JSON.parse(body) as { name: string; password: string }
      answer(JSON.stringify(answers(page, name, password)))
    },
    left() {},
    withdrawn() {},
    resumed() {},
  }
}
