/**
 * The town in a browser. Everything that has to do with the network is in `play`; the rest draws and listens.
 */
import type { WorldMap } from 'shardless'
import { type Client, connect } from 'shardless/client'
import { heading, town } from '../game/town.ts'
import { Banner } from './banner.ts'
import { Chat } from './chat.ts'
import { byId } from './element.ts'
import { Hud } from './hud.ts'
import { Input } from './input.ts'
import { Join } from './join.ts'
import { fetchMap } from './map.ts'
import { Minimap } from './minimap.ts'
import { PlaceName } from './place-name.ts'
import { Stage } from './stage.ts'

declare global {
  interface Window {
    /** For tests and for tinkering in the console: the connection, the game it speaks, the ground it is played on. */
    shardless?: { readonly client: Client<typeof town>; readonly town: typeof town; readonly map: WorldMap }
  }
}

// The door first: whoever is quick finds it working while the town is still being painted.
const join = new Join()
const ready = prepare()
join.onSubmit(play)
let client: Client<typeof town> | undefined
// Who closes the page leaves, and does not merely lose the connection.
addEventListener('pagehide', () => client?.close())

/** Joins the world, and shows what it tells. */
async function play(name: string): Promise<void> {
  const { map, stage, chat, banner } = await ready
  const me = await connect(town, location.origin.replace(/^http/, 'ws'), { name, map })
  me.on('said', ({ who, text }) => {
    stage.crowd.say(who, text)
    const speaker = me.get(who)
    chat.add(speaker?.kind === 'walker' ? speaker.name : 'Someone', text)
  })
  me.on('marked', ({ who, by }) => chat.note(deedOf(me, who, by)))
  me.on('waved', ({ who }) => stage.crowd.wave(who))
  me.onStatus((status, reason) => {
    banner.show(status, reason)
    if (status === 'closed') join.open(reason)
  })
  client = me
  window.shardless = { client, town, map }
}

/** Everything that draws or listens; from then on a picture is drawn for each one the screen shows. */
async function prepare(): Promise<{ map: WorldMap; stage: Stage; chat: Chat; banner: Banner }> {
  const map = await fetchMap()
  const stage = await Stage.create(byId('stage'), map)
  const chat = new Chat(async (text) => (await client!.ask('say', { text })).heardBy)
  const input = new Input(byId('stage'), byId('stick'), stage.camera)
  input.onWave(() => client?.ask('wave', {}).catch((error: Error) => chat.note(error.message)))
  input.onTalk(() => chat.open())
  input.onThrow((towards) => {
    const me = client?.me
    if (!client || !me) return
    const from = stage.camera.toScreen({ x: me.position.x, y: map.height - me.position.y })
    const [east, north] = towards ? [towards.x - from.x, from.y - towards.y] : [0, 0]
    const aim = east === 0 && north === 0 ? me.facing : heading(east, north)
    client.press({ throws: true, aim })
  })
  const [hud, minimap, placeName] = [new Hud(), new Minimap(map), new PlaceName(map)]
  let drawnAt = performance.now()
  const frame = (now: number): void => {
    const seconds = Math.min(0.1, (now - drawnAt) / 1000)
    drawnAt = now
    if (client) {
      client.command(input.command)
      client.frame()
      hud.update(client, now)
      minimap.update(client, now)
      placeName.update(client.me?.position)
    }
    stage.overlay.update(client, stage.camera.scale)
    stage.draw(client, client?.me, { seconds })
    requestAnimationFrame(frame)
  }
  requestAnimationFrame(frame)
  return { map, stage, chat, banner: new Banner() }
}

/** Whom somebody has hit with a lantern, in a sentence. */
function deedOf(me: Client<typeof town>, who: number, by: number): string {
  const nameOf = (id: number): string => {
    const walker = me.get(id)
    return walker?.kind === 'walker' ? walker.name : 'somebody'
  }
  if (by === me.me?.id) return `You marked ${nameOf(who)}.`
  return who === me.me?.id ? `${nameOf(by)} marked you.` : `${nameOf(by)} marked ${nameOf(who)}.`
}
