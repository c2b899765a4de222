/**
 * The town in a browser. Everything that has to do with the network is in `play`; the rest draws and listens.
 */
import { type Client, connect } from 'shardless/client'
import { town } from '../game/town.ts'
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
    /** For tests and for tinkering in the console: the connection, and the game it speaks. */
    shardless?: { readonly client: Client<typeof town>; readonly town: typeof town }
  }
}

const map = await fetchMap()
const stage = await Stage.create(byId('stage'), map)
const input = new Input(byId('stage'), byId('stick'), stage.camera)
const [hud, minimap, placeName, banner] = [new Hud(), new Minimap(map), new PlaceName(map), new Banner()]
const join = new Join()
let client: Client<typeof town> | undefined

async function play(name: string): Promise<void> {
  client = await connect(town, location.origin.replace(/^http/, 'ws'), { name })
  window.shardless = { client, town }
  const me = client
  me.on('said', ({ who, text }) => {
    stage.crowd.say(who, text)
    chat.add(me.get(who)?.name ?? 'Someone', text)
  })
  me.on('waved', ({ who }) => stage.crowd.wave(who))
  me.onStatus((status, reason) => {
    banner.show(status, reason)
    if (status === 'closed') join.open(reason)
  })
}

const chat = new Chat(async (text) => (await client!.ask('say', { text })).heardBy)
input.onWave(() => client?.ask('wave', {}).catch(() => {}))
input.onTalk(() => chat.open())
join.onSubmit(play)

let drawnAt = performance.now()
function frame(now: number): void {
  const seconds = Math.min(0.1, (now - drawnAt) / 1000)
  drawnAt = now
  if (client) {
    client.command(input.command)
    client.frame()
    hud.update(client, now)
    minimap.update(client, now)
    placeName.update(client.me?.position)
  }
  stage.draw(client?.entities('walker') ?? [], client?.me, seconds)
  requestAnimationFrame(frame)
}
requestAnimationFrame(frame)
