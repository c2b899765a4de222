/** The house over real sockets: rooms, a match, and what is in the bytes that a seeker's connection carries. */
import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Client, connect, MapKeeper } from 'shardless/client'
import { serve } from 'shardless/server'
import { dialectsOf } from './dialects.ts'
import { haunted, type Rules, type Team } from './game/haunted.ts'
import type { Match } from './game/match.ts'
import { openTextClient } from './text-client.ts'
import { houseMap, newHouse, places } from './visit.ts'

const PATIENCE_MS = 40_000
/** A name whose letters are found in bytes however they are shifted. */
const HIDER = 'Xanthippe-Quizzical'

async function until(what: string, isSo: () => boolean): Promise<void> {
  const end = performance.now() + PATIENCE_MS
  while (!isSo() && performance.now() < end) await sleep(10)
  assert.ok(isSo(), what)
}

/** Opens a house, and seats a seeker and a hider in a room. `heard` is all that has reached the seeker. */
async function openMatch(t: TestContext, scheme: string, rules: Partial<Rules> = {}) {
  const house = newHouse({ huntSeconds: 60, ...rules })
  const server = await serve(house.definition, { listen: [`${scheme}://127.0.0.1:0`], seed: 1 })
  t.after(() => server.close())
  const heard: Uint8Array[] = []
  const [url] = server.urls
  const listening = {
    wrap: (link: Parameters<NonNullable<Parameters<typeof connect>[2]['air']>['wrap']>[0]) => {
      const open = link.open.bind(link)
      link.open = (ear) =>
        open({
          ...ear,
          receive(packet) {
            heard.push(new Uint8Array(packet))
            ear.receive(packet)
          },
          closed: (reason) => ear.closed(reason),
        })
      return link
    },
  }
  const ada = await connect(haunted, url, { name: 'Ada', air: listening as never })
  const ben = await connect(haunted, url, { name: HIDER })
  t.after(() => ada.close())
  t.after(() => ben.close())
  const { code } = await ada.ask('openRoom', { isListed: false })
  await ben.ask('enterRoom', { code })
  const match = house.matchIn(house.rooms().find(code)?.world as never) as Match
  const sides: [Client<typeof haunted>, Team][] = [
    [ada, 'seekers'],
    [ben, 'hiders'],
  ]
  for (const [client, team] of sides) await client.ask('chooseTeam', { team })
  for (const [client] of sides) await client.ask('sayReady', { isReady: true })
  return { match, ada, ben, heard }
}

/** Counts how often a text is in packets, at every shift of bits. */
function occurrences(packets: readonly Uint8Array[], text: string): number {
  const wanted = new TextEncoder().encode(text)
  let found = 0
  for (const packet of packets)
    for (let shift = 0; shift < 8; shift++) {
      const at = (i: number, low: boolean): number => {
        const next = packet[i + 1] ?? 0
        return low
          ? ((packet[i] >> shift) | (next << (8 - shift))) & 255
          : ((packet[i] << shift) | (next >> (8 - shift))) & 255
      }
      for (const low of shift === 0 ? [true] : [true, false])
        for (let i = 0; i + wanted.length <= packet.length; i++)
          if (wanted.every((byte, j) => at(i + j, low) === byte)) found++
    }
  return found
}

/** A hunt with a seeker who speaks the text protocol and a hider at a page, and the operator's console. */
async function openMixedMatch(t: TestContext, scheme: string) {
  const house = newHouse({ huntSeconds: 300 })
  const server = await serve(house.definition, {
    listen: ['ws://127.0.0.1:0', `haunted+${scheme}://127.0.0.1:0`],
    dialects: dialectsOf(houseMap, house.matchOf),
    seed: 1,
  })
  t.after(() => server.close())
  const [pages, others] = server.urls
  const ada = await openTextClient(others, 'Ada')
  t.after(() => ada.close())
  const connected = await ada.ask('CONNECT Ada END')
  assert.match(connected, /^CONNECTED \d+ Ada /)
  const ben = await connect(haunted, pages, { name: HIDER, map: new MapKeeper().source })
  const pictures = setInterval(() => ben.frame(), 20)
  t.after(() => {
    clearInterval(pictures)
    ben.close()
  })
  await ben.ask('quickMatch', {})
  const [room] = house.rooms().open
  const match = house.matchIn(room.world) as Match
  const put = (name: string, place: { x: number; y: number }): void =>
    match.world.teleport(match.named(name)?.soul as never, place)
  /** Looks on, 20 times a second, as the authors' client does. */
  const lookUntil = async (what: string, isSo: (state: string) => boolean): Promise<string> => {
    const end = performance.now() + PATIENCE_MS
    for (;;) {
      const state = await ada.look()
      if (isSo(state)) return state
      assert.ok(performance.now() < end, `${what}: ${state}`)
      await sleep(20)
    }
  }
  await ben.ask('chooseTeam', { team: 'hiders' })
  // Who asks as fast as answers come is soon over what a client may send.
  for (; match.named('Ada')?.team !== 'seekers'; await sleep(20)) await ada.look('RED')
  await ben.ask('sayReady', { isReady: true })
  await ada.look('READY')
  await lookUntil('the hunt', (state) => state.startsWith('GAME '))
  return { server, ada, ben, match, room, connected, put, lookUntil }
}

const SHOWN = HIDER.slice(0, 16)

// Most of the time is countdowns; more at once would only wait for each other.
describe('over real sockets', { concurrency: 3 }, () => {
  for (const scheme of ['ws', 'tcp'])
    test(`who hides in the dark is in no byte of a seeker's connection over ${scheme}://, and is once they are seen`, async (t) => {
      const { match, ada, ben, heard } = await openMatch(t, scheme)
      await until('the list of people has come', () => occurrences(heard, HIDER) > 0)
      await until('the hunt is on', () => match.phase === 'hunt')
      const put = (name: string, place: { x: number; y: number }): void =>
        match.world.teleport(match.named(name)?.soul as never, place)
      put('Ada', places.lookout)
      put(HIDER, places.dark)
      const isNewlyBlind = () => [...ada.entities('soul')].length === 1
      await until('the seeker sees nobody', isNewlyBlind)
      const since = heard.length
      ben.command({ east: 0.5, north: -1 })
      const began = match.world.tick
      await until('the hider has walked in the dark', () => {
        ben.frame()
        return match.world.tick > began + 40 && heard.length > since + 5
      })
      const dark = heard.slice(since)
      assert.ok(dark.length > 5)
      assert.equal(occurrences(dark, HIDER), 0)
      ben.command({ east: 0, north: 0 })
      put(HIDER, places.light)
      await until('the hider is seen in the light', () => [...ada.entities('soul')].length === 2)
      assert.ok(occurrences(heard.slice(since), HIDER) > 0)
    })

  for (const scheme of ['udp', 'tcp'])
    test(`who hides in the dark is in no byte that a seeker of the text protocol is sent over ${scheme}, and is once they are seen`, async (t) => {
      const { ada, ben, match, put, lookUntil } = await openMixedMatch(t, scheme)
      assert.ok(occurrences(ada.heard, SHOWN) > 0, 'the list of people has come')
      put('Ada', places.lookout)
      put(HIDER, places.dark)
      await lookUntil('the seeker sees nobody', (state) => !state.includes(SHOWN) && state.includes('STATE'))
      const since = ada.heard.length
      ben.command({ east: 0.5, north: -1 })
      const began = match.world.tick
      const was = { ...match.named(HIDER)?.soul?.position }
      await lookUntil('the hider has walked in the dark', () => {
        return match.world.tick > began + 40 && ada.heard.length > since + 10
      })
      assert.notDeepEqual({ ...match.named(HIDER)?.soul?.position }, was)
      const dark = ada.heard.slice(since)
      assert.ok(dark.length > 10, `${dark.length} answers`)
      assert.equal(occurrences(dark, SHOWN), 0)
      ben.command({ east: 0, north: 0 })
      put(HIDER, places.light)
      await lookUntil('the hider is seen in the light', (state) => state.includes(SHOWN))
      assert.ok(occurrences(ada.heard.slice(since), SHOWN) > 0)
    })

  test('walls, lights and rules of the console change a hunt for players of both protocols', async (t) => {
    const { server, ben, match, room, connected, put, lookUntil } = await openMixedMatch(t, 'udp')
    const operator = server.console
    const lit = { x: 58, y: 31 }
    // Further from the hider than a lantern shines.
    put('Ada', { x: 70, y: 31 })
    put(HIDER, lit)
    await lookUntil('the hider in the light', (state) => state.includes(SHOWN))
    // Between the two, 20 pixels thick.
    const between = { x: 64 * 16 - 10, y: 972 - 36 * 16, w: 20, h: 10 * 16 }
    const { x, y, w, h } = between
    const walls = (await operator.run('walls')).split('\n').length
    assert.match(await operator.run(`walls add ${x} ${y} ${w} ${h}`), /^The wall #68 stands/)
    assert.equal((await operator.run('walls')).split('\n').length, walls + 1)
    const written = `(${x},${y}),(${w},${h})`
    assert.ok(!connected.includes(written))
    await lookUntil('the wall is told', (state) => state.includes('WALLS') && state.includes(written))
    await lookUntil('nobody is seen through it', (state) => state.includes('STATE') && !state.includes(SHOWN))
    await until('the page has the wall', () => ben.map?.ground?.isFree(64, 31, 0.4) === false)
    put(HIDER, { x: 61, y: 31 })
    ben.command({ east: 1, north: 0 })
    await lookUntil('the hider has run into it', () => (match.named(HIDER)?.soul?.position.x ?? 0) > 62.5)
    await sleep(500)
    assert.ok((match.named(HIDER)?.soul?.position.x ?? 99) < 63)
    ben.command({ east: 0, north: 0 })
    assert.equal(await operator.run('walls move 68 10 10'), 'The wall 68 is moved.')
    put(HIDER, lit)
    await lookUntil('the hider is seen again', (state) => state.includes(SHOWN))
    const shades = await lookUntil('the dark', (state) => /SHADES \[\(/.test(state))
    for (const { id } of match.lamps)
      assert.equal(await operator.run(`lights #${id} off`), `The light #${id} is off.`)
    await lookUntil('darkness', (state) => state.includes('STATE') && !state.includes(SHOWN))
    const darker = await lookUntil('the dark', (state) => /SHADES \[\(/.test(state))
    assert.ok(darker.length < shades.length, 'less light has fewer corners')
    await until('the page has no light', () => [...ben.entities('lamp')].every(({ isOn }) => !isOn))
    const lamps = match.lamps.length
    assert.equal(await operator.run(`lights ${room.code} add 923 440`), 'The light is up.')
    await until('a light that is up', () => match.lamps.length === lamps + 1)
    assert.equal(match.lamps.filter(({ light }) => light.isOn).length, 1, 'those that are off stay off')
    await until('the page has the light', () => [...ben.entities('lamp')].length === lamps + 1)
    await lookUntil('the hider in the new light', (state) => state.includes(SHOWN))
    assert.equal(await operator.run('set huntSeconds 900'), 'huntSeconds is 900.')
    const state = await lookUntil('longer', (told) => Number(/^GAME (\d+)/.exec(told)?.[1]) > 600)
    assert.match(state, /^GAME [678]/)
    await until(
      'the page knows it',
      () => (ben.entities('match').next().value?.rules.huntSeconds ?? 0) === 900,
    )
    assert.equal(await operator.run('walls remove 68'), 'The wall is gone.')
    for (const wrong of ['walls add 1 2 3', 'walls add 1700 0 100 10', 'walls remove 99', 'walls paint 1'])
      assert.match(
        await operator.run(wrong),
        /^(Say it in whole numbers|That is not in the house|There is no wall|Walls are)/,
      )
    assert.equal(await operator.run('stop'), 'Stopped.')
    await lookUntil('the end', (told) => told.startsWith('TRANSITION_GAME_LOBBY Nobody_has_won'))
  })

  for (const scheme of ['ws', 'tcp', 'udp'])
    test(`rooms over ${scheme}://: the list, a code, a match to its result, a seat that is kept, and who watches`, async (t) => {
      const house = newHouse({ huntSeconds: 5 })
      const server = await serve(house.definition, { listen: [`${scheme}://127.0.0.1:0`], seed: 1 })
      t.after(() => server.close())
      const [url] = server.urls
      const come = async (name: string): Promise<Client<typeof haunted>> => {
        const client = await connect(haunted, url, { name })
        t.after(() => client.close())
        return client
      }
      const [ada, ben, cyd] = await Promise.all(['Ada', 'Ben', 'Cyd'].map(come))
      const { code } = await ada.ask('openRoom', { isListed: true })
      await until('it is in the list', () => [...ben.entities('room')].some((room) => room.code === code))
      const seat = await ben.ask('enterRoom', { code: code.toLowerCase() })
      await assert.rejects(cyd.ask('enterRoom', { code: 'XXXXX' }), /There is no room with this code/)
      await ada.ask('chooseTeam', { team: 'seekers' })
      await ben.ask('chooseTeam', { team: 'hiders' })
      await ada.ask('sayReady', { isReady: true })
      await ben.ask('sayReady', { isReady: true })
      const phase = (client: Client<typeof haunted>) => client.entities('match').next().value?.phase
      await until('the hunt', () => phase(ada) === 'hunt' && phase(ben) === 'hunt')
      const match = house.matchIn(house.rooms().find(code)?.world as never) as Match
      match.world.teleport(match.named('Ada')?.soul as never, places.lookout)
      match.world.teleport(match.named('Ben')?.soul as never, places.dark)
      await cyd.ask('watchRoom', { code })
      await until('who watches sees both', () => [...cyd.entities('soul')].length === 2)
      ben.close()
      await until('a bot hides for Ben', () => match.named('Ben')?.isAway === true)
      const again = await come('Ben')
      assert.equal((await again.ask('returnToRoom', { ticket: seat.ticket })).code, code)
      await until('Ben is back', () => again.me?.name === 'Ben')
      await until('the result', () => [ada, again, cyd].every((one) => phase(one) === 'result'))
      assert.equal(ada.entities('match').next().value?.winner, 'hiders')
      await until('the lobby', () => [ada, again, cyd].every((one) => phase(one) === 'lobby'))
      await ada.ask('leaveRoom', {})
      await until('Ben is host', () =>
        [...again.entities('person')].some(({ name, isHost }) => name === 'Ben' && isHost),
      )
      await until('Ada is in the hall', () => [...ada.entities('room')].some(({ host }) => host === 'Ben'))
    })
})
