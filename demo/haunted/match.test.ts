/** A room's game, from lobby to result and back, as players meet it; in virtual time. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AskOf } from 'shardless'
import type { Client } from 'shardless/client'
import { Pair } from 'shardless/lab'
import { type haunted, type Rules, type Team, teams } from './game/haunted.ts'
import type { Match } from './game/match.ts'
import type { HauntedServer } from './game/server.ts'
import { newHouse, places } from './visit.ts'

type Guest = Client<typeof haunted>
type Request = keyof (typeof haunted)['requests']

class Evening {
  readonly house: HauntedServer
  readonly pair: Pair<typeof haunted>

  constructor(rules: Partial<Rules> = {}, seed = 1) {
    this.house = newHouse(rules)
    this.pair = new Pair(this.house.definition, { seed, limits: { graceMs: 500 } })
  }

  get match(): Match {
    const [room] = this.house.rooms().open
    return this.house.matchIn(room.world) as Match
  }

  async guest(name: string): Promise<Guest> {
    const client = this.pair.connect({ name })
    await this.pair.runUntil(() => client.status === 'open' && client.map !== undefined, 5000)
    await this.pair.run(100)
    return client
  }

  /** Asks. @returns the reply, or the sentence of a refusal */
  async ask<N extends Request>(client: Guest, request: N, body: AskOf<typeof haunted, N>): Promise<unknown> {
    let answer: unknown
    const settle = (value: unknown): void => {
      answer = value
    }
    client.ask(request, body).then(settle, (error: Error) => settle(error.message))
    await this.pair.runUntil(() => answer !== undefined, 3000)
    return answer
  }

  async plays(name: string, team: Team): Promise<Guest> {
    const client = await this.guest(name)
    await this.ask(client, 'quickMatch', {})
    await this.ask(client, 'chooseTeam', { team })
    return client
  }

  async until(phase: Match['phase'], ms = 30_000): Promise<void> {
    assert.ok(await this.pair.runUntil(() => this.match.phase === phase, ms), `it is ${phase}`)
    await this.pair.run(100)
  }

  /** Puts somebody somewhere. */
  put(name: string, place: { x: number; y: number }): void {
    const { match } = this
    match.world.teleport(match.named(name)?.soul as never, place)
  }
}

const namesOf = (client: Guest): string[] => [...client.entities('soul')].map(({ name }) => name).sort()

test('all are ready on both sides, it counts down, and who touches a hider has caught them', async () => {
  const evening = new Evening()
  const ada = await evening.plays('Ada', 'seekers')
  assert.deepEqual(await evening.ask(ada, 'sayReady', { isReady: true }), {})
  const ben = await evening.plays('Ben', 'hiders')
  const cyd = await evening.plays('Cyd', 'neutral')
  for (const one of [ada, ben]) await evening.ask(one, 'sayReady', { isReady: true })
  assert.equal(evening.match.phase, 'lobby', 'Cyd has not chosen')
  assert.equal(await evening.ask(cyd, 'sayReady', { isReady: true }), 'Choose a team first.')
  await evening.ask(cyd, 'chooseTeam', { team: 'hiders' })
  await evening.ask(cyd, 'sayReady', { isReady: true })
  assert.equal(evening.match.phase, 'counting')
  await evening.ask(cyd, 'sayReady', { isReady: false })
  assert.equal(evening.match.phase, 'lobby')
  await evening.ask(cyd, 'sayReady', { isReady: true })
  await evening.until('hunt')
  assert.equal(await evening.ask(cyd, 'chooseTeam', { team: 'seekers' }), 'The match has begun.')
  const told: string[] = []
  cyd.on('caught', ({ who, by }) => told.push(`${who} by ${by}`))
  evening.put('Ada', places.light)
  evening.put('Ben', { x: places.light.x + 1, y: places.light.y })
  evening.put('Cyd', places.dark)
  await evening.pair.run(300)
  assert.deepEqual(told, ['Ben by Ada'])
  assert.equal(ben.me, undefined)
  assert.deepEqual(namesOf(ben), ['Ada', 'Cyd'], 'who is caught sees the whole house')
  assert.deepEqual(namesOf(ada), ['Ada'])
  evening.put('Cyd', { x: places.light.x, y: places.light.y + 1 })
  await evening.until('result')
  assert.equal(evening.match.view.winner, 'seekers')
  const shown = [...cyd.entities('person')].map(({ name, team, isCaught, caught }) => [
    name,
    team,
    isCaught,
    caught,
  ])
  assert.deepEqual(shown, [
    ['Ada', 'seekers', false, 2],
    ['Ben', 'hiders', true, 0],
    ['Cyd', 'hiders', true, 0],
  ])
  await evening.until('lobby')
  assert.deepEqual(namesOf(ada), ['Ada', 'Ben', 'Cyd'])
  assert.deepEqual(
    evening.match.people.map(({ isReady, soul }) => isReady || soul === undefined),
    [false, false, false],
  )
})

test('hiders win when the time is up; a head start keeps seekers still and blind', async () => {
  const evening = new Evening({ huntSeconds: 5, headStartSeconds: 3 })
  const ada = await evening.plays('Ada', 'seekers')
  const ben = await evening.plays('Ben', 'hiders')
  for (const one of [ada, ben]) await evening.ask(one, 'sayReady', { isReady: true })
  await evening.until('hunt')
  evening.put('Ada', places.lookout)
  evening.put('Ben', places.light)
  const before = { ...(evening.match.named('Ada')?.soul?.position as object) }
  ada.command({ east: 1, north: 0 })
  ben.command({ east: 1, north: 0 })
  await evening.pair.run(2000)
  assert.deepEqual(evening.match.named('Ada')?.soul?.position, before)
  assert.ok((evening.match.named('Ben')?.soul?.position.x ?? 0) > places.light.x + 5)
  assert.deepEqual(namesOf(ada), ['Ada'])
  assert.deepEqual(
    namesOf(ben),
    ['Ada', 'Ben'].filter((name) => name !== 'Ada'),
    'a seeker without a lantern is dark',
  )
  await evening.until('result')
  assert.equal(evening.match.view.winner, 'hiders')
})

test('a seeker is told nothing of who hides in the dark: not a byte differs, whatever they do there', async () => {
  /** What reaches the seeker's link while the hider goes about, or stands. */
  const night = async (walks: boolean): Promise<string[]> => {
    const house = newHouse()
    const packets: string[] = []
    let isListening = false
    const pair = new Pair(house.definition, {
      seed: 5,
      wrap: (link, at) => {
        if (at === 'client' && !seekerHasLink) {
          seekerHasLink = true
          const { open } = link
          link.open = (ear) =>
            open.call(link, {
              ...ear,
              receive: (packet: Uint8Array) => {
                if (isListening) packets.push(Buffer.from(packet).toString('hex'))
                ear.receive(packet)
              },
              closed: (reason) => ear.closed(reason),
            })
        }
        return link
      },
    })
    let seekerHasLink = false
    const [ada, ben] = [pair.connect({ name: 'Ada' }), pair.connect({ name: 'Ben' })]
    await pair.run(500)
    for (const [client, team] of [
      [ada, teams[1]],
      [ben, teams[2]],
    ] as const) {
      client.ask('quickMatch', {}).catch(assert.fail)
      await pair.run(300)
      client.ask('chooseTeam', { team }).catch(assert.fail)
      await pair.run(300)
      client.ask('sayReady', { isReady: true }).catch(assert.fail)
      await pair.run(300)
    }
    const [room] = house.rooms().open
    const match = house.matchIn(room.world) as Match
    await pair.runUntil(() => match.phase === 'hunt', 10_000)
    match.world.teleport(match.named('Ada')?.soul as never, places.lookout)
    match.world.teleport(match.named('Ben')?.soul as never, places.dark)
    await pair.run(1000)
    isListening = true
    if (walks) ben.command({ east: 0.5, north: -1 })
    await pair.run(2500)
    assert.equal(match.named('Ben')?.soul?.position.x !== places.dark.x, walks)
    assert.deepEqual([...ada.entities('soul')].length, 1)
    return packets
  }
  const [walking, standing] = [await night(true), await night(false)]
  // Where all stand still, twice a second says so, and pongs ride along.
  assert.ok(standing.length >= 4, `${standing.length} packets`)
  assert.deepEqual(walking, standing)
})

test('a heart beats louder the nearer a seeker is, for hiders alone', async () => {
  const evening = new Evening()
  const ada = await evening.plays('Ada', 'seekers')
  const ben = await evening.plays('Ben', 'hiders')
  const [heard, loud] = [[] as number[], [] as number[]]
  ada.on('heart', ({ loudness }) => heard.push(loudness))
  ben.on('heart', ({ loudness }) => loud.push(loudness))
  for (const one of [ada, ben]) await evening.ask(one, 'sayReady', { isReady: true })
  await evening.until('hunt')
  evening.put('Ben', places.dark)
  for (const far of [30, 16, 8, 3]) {
    evening.put('Ada', { x: places.dark.x + far, y: places.dark.y })
    await evening.pair.run(600)
    if (evening.match.phase !== 'hunt') break
  }
  assert.deepEqual(heard, [])
  assert.deepEqual(
    [...loud].sort((a, b) => a - b),
    loud,
  )
  assert.ok(loud.length >= 3 && (loud.at(-1) as number) >= 5, String(loud))
})

test('who is lost in a hunt has the soul back, which a bot has played meanwhile', async () => {
  const evening = new Evening({ huntSeconds: 60 })
  const ada = await evening.plays('Ada', 'seekers')
  const ben = await evening.guest('Ben')
  const { ticket } = (await evening.ask(ben, 'quickMatch', {})) as { ticket: string }
  await evening.ask(ben, 'chooseTeam', { team: 'hiders' })
  for (const one of [ada, ben]) await evening.ask(one, 'sayReady', { isReady: true })
  await evening.until('hunt')
  evening.put('Ada', { x: 100, y: 55 })
  evening.put('Ben', places.dark)
  const soul = evening.match.named('Ben')?.soul
  ben.close()
  await evening.pair.run(2500)
  assert.equal(evening.match.named('Ben')?.isAway, true)
  assert.equal(evening.match.phase, 'hunt')
  const again = await evening.guest('Ben')
  assert.equal(typeof (await evening.ask(again, 'returnToRoom', { ticket })), 'object')
  await evening.pair.run(200)
  assert.equal(again.me?.id, soul?.id)
  assert.notDeepEqual({ ...again.me?.position }, places.dark, 'the bot has looked for a place to hide')
  // Away for longer than seats are kept: the seekers have won, since nobody hides any more.
  again.close()
  await evening.until('result', 20_000)
  assert.equal(evening.match.view.winner, 'seekers')
})

test('bots fill empty places, take no place from people, and take sides so that both are manned', async () => {
  const evening = new Evening({ fillTo: 6 })
  const ada = await evening.plays('Ada', 'hiders')
  const bots = () =>
    evening.match.people
      .filter(({ isBot }) => isBot)
      .map(({ team }) => team)
      .sort()
  assert.deepEqual(bots(), ['hiders', 'hiders', 'hiders', 'hiders', 'seekers'])
  await evening.ask(ada, 'chooseTeam', { team: 'seekers' })
  await evening.pair.run(100)
  assert.deepEqual(bots(), ['hiders', 'hiders', 'hiders', 'hiders', 'hiders'])
  await evening.plays('Ben', 'hiders')
  assert.equal(bots().length, 4)
  assert.deepEqual(await evening.ask(ada, 'setRules', { huntSeconds: 9, headStartSeconds: 0, fillTo: 3 }), {})
  await evening.pair.run(100)
  assert.equal(bots().length, 1)
  const ben = evening.match.named('Ben')
  assert.equal(ben?.isBot, false)
  assert.deepEqual(await evening.ask(ada, 'beginNow', {}), {})
  await evening.until('hunt')
  await evening.until('result')
})

test('the dark is one polygon a tick for each team, in few corners', async () => {
  const evening = new Evening()
  const ada = await evening.plays('Ada', 'seekers')
  const ben = await evening.plays('Ben', 'hiders')
  for (const one of [ada, ben]) await evening.ask(one, 'sayReady', { isReady: true })
  await evening.until('hunt')
  const { match } = evening
  const dark = match.shades('seekers')
  assert.equal(match.shades('seekers'), dark)
  assert.equal(match.shades('hiders'), match.shades('neutral'))
  assert.ok(
    dark.length > match.shades('hiders').length,
    'seekers know of their lanterns, and nobody else does',
  )
  assert.ok(dark.length % 2 === 0 && dark.length / 2 < 170, `${dark.length / 2} corners`)
})
