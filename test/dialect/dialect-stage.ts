import { instant, Random } from '../../src/core/index.ts'
import type { Dialect } from '../../src/dialect/index.ts'
import { Host } from '../../src/server/index.ts'
import type { Link, LinkHandler } from '../../src/transport/index.ts'

/** A client that reads what a dialect sends. */
interface StageClient {
  receive(bytes: Uint8Array): void
}

/** A game in virtual time, and clients of one dialect over perfect links. */
export class DialectStage<Client extends StageClient> {
  readonly host: Host
  readonly #dialect: Dialect
  readonly #begin: (send: (bytes: Uint8Array) => void) => Client
  readonly #peers: { readonly link: StageLink; readonly client: Client }[] = []
  #now = instant(1000)

  constructor(
    definition: ConstructorParameters<typeof Host>[0],
    dialect: Dialect,
    begin: (send: (bytes: Uint8Array) => void) => Client,
  ) {
    this.host = new Host(definition, { random: new Random(1) }, this.#now)
    this.#dialect = dialect
    this.#begin = begin
  }

  /** What was dropped of the dialect, by its names. */
  get dropped(): Record<string, number> {
    return this.host.stats.dialects[this.#dialect.name]
  }

  connect(): { readonly client: Client; readonly link: StageLink } {
    const link = new StageLink(this.#peers.length + 1)
    const client = this.#begin((bytes) => link.toServer(bytes))
    this.#peers.push({ link, client })
    this.host.accept(link, () => this.#now, { dialect: this.#dialect, carries: 'stream' })
    return { link, client }
  }

  villager(name: string): { readonly id: number; readonly position: { x: number; y: number } } {
    for (const villager of this.host.world.entities('villager'))
      if (villager.name === name) return villager as never
    throw new Error(`Nobody is called ${name}.`)
  }

  run(ms: number): void {
    for (const end = this.#now + ms; this.#now < end; ) {
      this.#now = instant(this.#now + 10)
      for (const { link } of this.#peers) link.deliver()
      if (this.host.wakeAt <= this.#now) this.host.advance(this.#now)
      for (const { link, client } of this.#peers) for (const bytes of link.takeOut()) client.receive(bytes)
    }
  }
}

/** A link whose far end takes in what it is told to. */
export class StageLink implements Link {
  readonly isReliable = true
  readonly packetBytesMax = 4096
  readonly remote: string
  readonly address: string
  /** Bytes that wait unsent, as the server sees it. */
  bufferedBytes = 0
  closedFor: string | undefined
  #handler: LinkHandler | undefined
  #in: Uint8Array[] = []
  #out: Uint8Array[] = []

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
    if (this.isOpen) this.#out.push(packet.slice())
    return this.isOpen
  }

  close(reason: string): void {
    this.closedFor ??= reason
  }

  toServer(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += this.packetBytesMax)
      this.#in.push(bytes.slice(at, at + this.packetBytesMax))
  }

  deliver(): void {
    const came = this.#in
    this.#in = []
    for (const bytes of came) if (this.isOpen) this.#handler?.receive(bytes)
  }

  takeOut(): readonly Uint8Array[] {
    const out = this.#out
    this.#out = []
    return out
  }
}
