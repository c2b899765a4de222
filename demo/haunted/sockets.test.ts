/** The house over real sockets: rooms, a match, and what is in the bytes that a seeker's connection carries. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Client, connect } from 'shardless/client'
import { serve } from 'shardless/server'
import { haunted, type Rules, type Team } from './game/haunted.ts'
import type { Match } from './game/match.ts'
import { newHouse, places } from './visit.ts'

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
      return match.world.tick > began + 40
    })
    const dark = heard.slice(since)
    assert.ok(dark.length > 5)
    assert.equal(occurrences(dark, HIDER), 0)
    ben.command({ east: 0, north: 0 })
    put(HIDER, places.light)
    await until('the hider is seen in the light', () => [...ada.entities('soul')].length === 2)
    assert.ok(occurrences(heard.slice(since), HIDER) > 0)
  })
