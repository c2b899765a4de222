/** Several gateways of one region: who loses one comes back over another, as the same. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { Client } from '../../src/client/index.ts'
import { type Instant, instant, Random } from '../../src/core/index.ts'
import { Gateway, limitsFor, RemoteRegion } from '../../src/gateway/index.ts'
import { Region, RemoteGateway } from '../../src/region/index.ts'
import { type Link, MemoryNetwork } from '../../src/transport/index.ts'
import { field, fieldServer } from '../field/field.ts'

const keyOf = (secret: Uint8Array): string => createHash('sha256').update(secret).digest('hex').slice(0, 32)

/** A region, two gateways, and clients that know both. */
class Place {
  readonly network = new MemoryNetwork()
  readonly region: Region
  readonly gateways: Gateway[] = []
  readonly #links: Link[] = []
  readonly #clients: { readonly client: Client<typeof field>; way: number }[] = []
  readonly #dead = new Set<number>()
  readonly #random = new Random(7)
  #now: Instant = instant(0)

  constructor() {
    this.region = new Region(fieldServer, { random: this.#random.fork() }, this.#now)
    for (const at of [0, 1]) {
      const { client, server } = this.network.pair({ bufferBytesMax: 2 ** 24 })
      const remote = new RemoteGateway(this.region, field, server)
      const link = new RemoteRegion(field, client)
      server.open({ receive: (packet) => remote.take(packet, this.#now), closed: () => remote.close() })
      client.open({ receive: (packet) => link.take(packet), closed: () => {} })
      this.#links.push(client)
      const gateway = new Gateway(
        {
          ...{ game: field, limits: limitsFor(field, {}), link, content: undefined, admission: undefined },
          facts: { name: 'Place', welcome: '', levelCap: undefined, outdated: 'tell' },
          secret: () => Uint8Array.from({ length: 16 }, () => this.#random.integer(0, 255)),
          resumeKey: keyOf,
          mistake: (_dialect, error) => assert.fail(String(error)),
        },
        this.#now,
      )
      this.gateways.push(gateway)
      this.network.listen(`gateway-${at}`, (link) => gateway.accept(link, () => this.#now))
    }
  }

  async join(name: string): Promise<Client<typeof field>> {
    const known = { way: 0 } as { client: Client<typeof field>; way: number }
    known.client = new Client<typeof field>(
      field,
      { name, map: fieldServer.options.map },
      {
        openLink: async () => {
          if (this.#dead.has(known.way)) throw new Error('Nobody answers there.')
          return this.network.connect(`gateway-${known.way}`)
        },
        now: () => this.#now,
        random: this.#random.fork(),
      },
    )
    this.#clients.push(known)
    await this.run(1000)
    return known.client
  }

  /** Has a client go to the other gateway from now on. */
  send(client: Client<typeof field>, way: number): void {
    for (const known of this.#clients) if (known.client === client) known.way = way
  }

  /** A gateway's process dies; the region notices after a while. */
  kill(at: number): void {
    this.#dead.add(at)
    this.gateways[at].hangUp('')
  }

  notice(at: number): void {
    this.#links[at].close('It died.')
  }

  async run(ms: number): Promise<void> {
    for (const end = this.#now + ms; this.#now < end; this.#now = instant(this.#now + 5)) {
      this.region.advance(this.#now)
      this.network.deliver(this.#now)
      for (const [at, gateway] of this.gateways.entries()) if (!this.#dead.has(at)) gateway.advance(this.#now)
      for (const { client } of this.#clients) client.poll()
      for (let i = 0; i < 4; i++) await Promise.resolve()
    }
  }
}

function seenBy(client: Client<typeof field>, name: string): unknown {
  client.frame()
  return [...client.entities('walker')].find((walker) => walker.name === name)
}

test('who comes over another gateway, while the first has the session, is the same player; the first has it no more', async () => {
  const place = new Place()
  const [ada, ben] = [await place.join('Ada'), await place.join('Ben')]
  ada.command({ east: 1, north: 0 })
  await place.run(1500)
  ada.command({ east: 0, north: 0 })
  await place.run(500)
  ada.frame()
  const { id, position } = ada.me!
  const before = { ...position }
  place.send(ada, 1)
  place.gateways[0].connections.hangUpAll('The way is broken.')
  place.kill(0)
  place.send(ben, 1)
  await place.run(3000)
  assert.deepEqual([ada.status, ben.status], ['open', 'open'])
  ada.frame()
  assert.deepEqual([ada.me?.id, { ...ada.me!.position }], [id, before])
  assert.equal(place.region.players.size, 2)
  assert.deepEqual([place.gateways[0].sessions.size, place.gateways[1].sessions.size], [0, 2])
  assert.ok(seenBy(ada, 'Ben') && seenBy(ben, 'Ada'))
  ada.command({ east: -1, north: 0 })
  await place.run(1500)
  ada.frame()
  assert.ok(ada.me!.position.x < before.x - 1, 'she walks on')
  assert.equal(ada.stats.isPredicting, true)
  place.notice(0)
  await place.run(1000)
  assert.equal(place.region.players.size, 2, 'that the first gateway is gone is nothing to them any more')
})

test('who comes over another gateway when the player is gone comes in anew', async () => {
  const place = new Place()
  const ada = await place.join('Ada')
  const { id } = ada.me!
  place.notice(0)
  place.kill(0)
  await place.run(50)
  assert.equal(place.region.players.size, 0, 'the region has let her go')
  place.send(ada, 1)
  await place.run(6000)
  assert.equal(ada.status, 'open')
  assert.notEqual(ada.me?.id, id)
  assert.equal(place.region.players.size, 1)
})
