/** One gateway, several regions: players see one world, whichever region has them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Client, type ClientOptions } from '../../src/client/index.ts'
import { type Instant, instant, Random } from '../../src/core/index.ts'
import { Gateway, JoinedRegions, limitsFor } from '../../src/gateway/index.ts'
import { parseWeather, Weather } from '../../src/lab/index.ts'
import { Region, RemoteGateway } from '../../src/region/index.ts'
import type { Down } from '../../src/region/message/index.ts'
import { MemoryNetwork } from '../../src/transport/index.ts'
import { field, fieldServer } from '../field/field.ts'

const TOWN = 'town'

/** Regions west and east, one gateway, and clients: players whose names begin with W come in at the western one. */
class Town {
  readonly network = new MemoryNetwork()
  readonly regions = new Map<string, Region>()
  readonly gateway: Gateway
  readonly clients: Client<typeof field>[] = []
  readonly #joined: JoinedRegions
  readonly #random = new Random(5)
  readonly #dead = new Set<string>()
  #now: Instant = instant(0)

  constructor(between: string) {
    const entrance = ({ name }: { readonly name: string }): string => (name.startsWith('W') ? 'west' : 'east')
    this.#joined = new JoinedRegions({ game: field, entrance })
    let first = 0
    for (const name of ['west', 'east']) {
      const region = new Region(fieldServer, { random: this.#random.fork() }, this.#now)
      region.realm.ids.goOnFrom((first += 100_000))
      this.regions.set(name, region)
      const weather = parseWeather(between)
      const [up, down] = [
        new Weather(weather, this.#random.fork()),
        new Weather(weather, this.#random.fork()),
      ]
      const { client, server } = this.network.pair({
        bufferBytesMax: 2 ** 26,
        toServer: (length, at) => up.path(length, at),
        toClient: (length, at) => down.path(length, at),
      })
      const remote = new RemoteGateway(region, field, server)
      const take = this.#joined.join(name, client)
      server.open({ receive: (packet) => remote.take(packet, this.#now), closed: () => remote.close() })
      client.open({ receive: take, closed: () => {} })
    }
    this.gateway = new Gateway(
      {
        game: field,
        facts: { name: 'Town', welcome: '', levelCap: undefined, outdated: 'tell' },
        limits: limitsFor(field, {}),
        link: this.#joined,
        secret: () => Uint8Array.from({ length: 16 }, () => this.#random.integer(0, 255)),
        content: undefined,
        admission: undefined,
        mistake: (_dialect, error) => assert.fail(String(error)),
      },
      this.#now,
    )
    this.network.listen(TOWN, (link) => this.gateway.accept(link, () => this.#now))
  }

  async join(name: string): Promise<Client<typeof field>> {
    const options: ClientOptions = { name, map: fieldServer.options.map }
    const client = new Client<typeof field>(field, options, {
      openLink: async () => this.network.connect(TOWN),
      now: () => this.#now,
      random: this.#random.fork(),
    })
    this.clients.push(client)
    await this.run(2000)
    return client
  }

  /** A region dies: nothing comes of it any more. */
  kill(name: string): void {
    this.#dead.add(name)
    this.#joined.lost(name)
  }

  async run(ms: number): Promise<void> {
    for (const end = this.#now + ms; this.#now < end; this.#now = instant(this.#now + 1)) {
      for (const [name, region] of this.regions) if (!this.#dead.has(name)) region.advance(this.#now)
      this.network.deliver(this.#now)
      this.gateway.advance(this.#now)
      for (const client of this.clients) client.poll()
      for (let i = 0; i < 4; i++) await Promise.resolve()
    }
  }
}

function seenBy(client: Client<typeof field>, name: string) {
  client.frame()
  return [...client.entities('walker')].find((walker) => walker.name === name)
}

for (const between of ['1ms', '12ms±9'])
  test(`players of two regions see each other walk, and each is foreseen exactly (${between})`, async () => {
    const town = new Town(between)
    const [west, east] = [await town.join('Wes'), await town.join('Eva')]
    await town.run(1000)
    assert.ok(seenBy(west, 'Eva') && seenBy(east, 'Wes'))
    west.command({ east: -1, north: 0 })
    east.command({ east: 0, north: 1 })
    await town.run(3000)
    for (const client of [west, east]) client.command({ east: 0, north: 0 })
    await town.run(1500)
    for (const [client, region, name] of [
      [west, 'west', 'Wes'],
      [east, 'east', 'Eva'],
    ] as const) {
      const truth = town.regions.get(region)!.home.world.get(client.me!.id)!.position
      client.frame()
      assert.deepEqual({ ...client.me!.position }, { ...truth })
      assert.deepEqual([client.stats.isPredicting, client.stats.corrections], [true, 0])
      const shown = seenBy(name === 'Wes' ? east : west, name)!.position
      assert.ok(Math.hypot(shown.x - truth.x, shown.y - truth.y) < 0.05)
    }
  })

test('a region that dies drops no socket: its players stand still, the others play on', async () => {
  const town = new Town('1ms')
  const [west, east] = [await town.join('Wes'), await town.join('Eva')]
  await town.run(1000)
  town.kill('east')
  const ask = east.ask('say', { text: 'hello' })
  ask.catch(() => {})
  west.command({ east: -1, north: 0 })
  await town.run(6000)
  await assert.rejects(ask, /cannot answer just now/)
  assert.deepEqual([west.status, east.status], ['open', 'open'])
  assert.ok(seenBy(west, 'Eva'), 'she stands where she stood')
  const truth = town.regions.get('west')!.home.world.get(west.me!.id)!.position
  const shown = seenBy(east, 'Wes')!.position
  assert.ok(Math.hypot(shown.x - truth.x, shown.y - truth.y) < 0.6, 'she sees him walk')
})

test('who leaves is gone for players of both regions', async () => {
  const town = new Town('1ms')
  const [west, east] = [await town.join('Wes'), await town.join('Eva')]
  await town.run(1000)
  east.close()
  await town.run(1000)
  assert.equal(seenBy(west, 'Eva'), undefined)
  assert.equal(town.gateway.sessions.size, 1)
})

test('[K21] where no region speaks for the place who comes in waits for some seconds, and is refused; who goes before is gone', () => {
  const joined = new JoinedRegions({ game: field, entrance: () => undefined })
  const told: Down[] = []
  joined.open({ receive: (message) => void told.push(message) })
  for (const session of [1, 2])
    joined.send(
      {
        is: 'enter',
        session,
        name: 'Wes',
        key: '',
        account: undefined,
        character: undefined,
        isStandIn: false,
      },
      instant(0),
    )
  joined.send({ is: 'leave', session: 2, how: 'left' }, instant(100))
  assert.deepEqual(told.splice(0), [{ is: 'gone', session: 2 }])
  joined.advance(instant(4999))
  assert.deepEqual(told, [])
  joined.advance(instant(5000))
  assert.deepEqual(told, [
    {
      is: 'refused',
      session: 1,
      code: 'busy',
      reason: 'The world is not there just now; try again in a moment.',
    },
  ])
  joined.advance(instant(20_000))
  assert.equal(told.length, 1)
})
