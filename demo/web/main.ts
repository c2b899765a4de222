/** Runs the town in a browser. All network code is in `play`; the rest draws and listens. */
import { heading, type WorldMap } from 'shardless'
import { type Client, connect, type MapInfo, type MapKeeper } from 'shardless/client'
import { createAir, type RecordedWorld, type WeatherAir } from 'shardless/lab'
import { town } from '../game/town.ts'
import { Banner } from './banner.ts'
import { Chat } from './chat.ts'
import { byId } from './element.ts'
import { Hud } from './hud.ts'
import { Input } from './input.ts'
import { Join } from './join.ts'
import { ownToken } from './keepsake.ts'
import { fetchTown } from './map.ts'
import { Minimap } from './minimap.ts'
import { Panel } from './panel.ts'
import { PlaceName } from './place-name.ts'
import { takeRecordings } from './recording.ts'
import { Replay } from './replay.ts'
import { Stage } from './stage.ts'

declare global {
  interface Window {
    /** The connection or recording, the game, and its map, for tests and for tinkering in the console. */
    shardless?: {
      readonly client?: Client<typeof town>
      readonly recording?: RecordedWorld<typeof town>
      readonly town: typeof town
      readonly map: WorldMap
    }
  }
}

// The door first: whoever is quick finds it working while the town is still being painted.
const join = new Join()
const ready = prepare()
join.onSubmit(play)
let client: Client<typeof town> | undefined
let replay: Replay | undefined
takeRecordings(watch, async (sentence) => {
  if (client) (await ready).chat.note(sentence)
  else join.open(sentence)
})

/** Joins the world and shows it. */
async function play(name: string): Promise<void> {
  const { map, maps, enter, stage, chat, banner, panel, air } = await ready
  const token = await ownToken()
  const url = location.origin.replace(/^http/, 'ws')
  const me = await connect(town, url, { name, token, map: maps.source, air })
  // Somebody opened a recording meanwhile.
  if (replay) return me.close()
  me.on('said', ({ who, text }) => {
    stage.crowd.say(who, text)
    const speaker = me.get(who)
    chat.add(speaker?.kind === 'walker' ? speaker.name : 'Someone', text)
  })
  me.on('marked', ({ who, by }) => chat.note(deedOf(me, who, by)))
  me.on('waved', ({ who }) => stage.crowd.wave(who))
  me.onStatus((status, reason) => {
    banner.show(status, reason)
    if (status !== 'closed' || replay) return
    // A town that has forgotten us takes us for somebody new.
    if (me.refusal?.code === 'login') play(name).catch((error: Error) => join.open(error.message))
    else join.open(reason)
  })
  panel.follow(me)
  client = me
  const arrive = ({ name, ground }: MapInfo): void => {
    window.shardless = { client: me, town, map: ground ?? map }
    if (ground && !replay) enter(name, ground)
  }
  me.onMap(arrive)
  if (me.map) arrive(me.map)
  me.ask('carried', {}).then(
    ({ carried }) => carried > 0 && chat.note(`Welcome back. ${carrying(carried)}`),
    (error: Error) => chat.note(error.message),
  )
}

/** Shows a recording; whoever was in the town leaves it. */
async function watch(recording: RecordedWorld<typeof town>): Promise<void> {
  const { map, enter, stage } = await ready
  window.shardless = { recording, town, map }
  enter('town', map)
  if (replay) return replay.show(recording)
  replay = new Replay(recording, { stage, map })
  byId('play').classList.add('theatre')
  join.leave()
  client?.close()
  client = undefined
}

interface Prepared {
  /** The town's map, where everyone starts. */
  readonly map: WorldMap
  readonly maps: MapKeeper
  /** Shows another map from now on. */
  readonly enter: (name: string, ground: WorldMap) => void
  readonly stage: Stage
  readonly chat: Chat
  readonly banner: Banner
  readonly panel: Panel
  readonly air: WeatherAir
}

/** Prepares everything that draws or listens, and starts drawing each frame. */
async function prepare(): Promise<Prepared> {
  const { town: map, maps } = await fetchTown()
  const stage = await Stage.create(byId('stage'), 'town', map)
  const chat = new Chat(async (text) => (await client!.ask('say', { text })).heardBy)
  const input = new Input(byId('stage'), byId('stick'), stage.camera)
  input.onWave(() => client?.ask('wave', {}).catch((error: Error) => chat.note(error.message)))
  input.onTalk(() => chat.open())
  input.onPick(() =>
    client
      ?.ask('pick', {})
      .then(({ carried }) => chat.note(carrying(carried)))
      .catch((error: Error) => chat.note(error.message)),
  )
  input.onThrow((towards) => {
    const me = client?.me
    if (!client || !me) return
    const from = stage.camera.toScreen({ x: me.position.x, y: client.game.map.height - me.position.y })
    const [east, north] = towards ? [towards.x - from.x, from.y - towards.y] : [0, 0]
    const aim = east === 0 && north === 0 ? me.facing : heading(east, north)
    client.press({ throws: true, aim })
  })
  const [hud, minimap, placeName] = [new Hud(), new Minimap(map), new PlaceName(map)]
  const air = createAir('clear')
  const panel = new Panel(air, stage)
  const play = (client: Client<typeof town>, now: number): void => {
    client.command(input.command)
    client.frame()
    hud.update(client, now)
    panel.update(now)
    const { me } = client
    const lines = (ctx: CanvasRenderingContext2D): void => {
      stage.overlay.drawProcesses(ctx)
      stage.overlay.drawInterest(ctx, client)
    }
    minimap.update(client, me?.position, { me: me?.id, now, hour: stage.hourOf(client), lines })
    placeName.update(me?.position)
  }
  const playBack = (replay: Replay, { now, seconds }: { now: number; seconds: number }): void => {
    replay.frame(input.command, { now, seconds })
    const { world, eye, followed } = replay
    minimap.update(world, eye, { me: followed?.id, now, hour: stage.hourOf(world) })
    placeName.update(eye)
    stage.draw(world, followed, { seconds, at: eye })
  }
  let drawnAt = performance.now()
  const frame = (now: number): void => {
    const seconds = Math.min(0.1, (now - drawnAt) / 1000)
    drawnAt = now
    if (client) play(client, now)
    stage.overlay.update(client, stage.camera.scale)
    if (replay) playBack(replay, { now, seconds })
    // Between two maps the picture stands still until the other ground is there.
    else if (!client?.map || client.map.ground) stage.draw(client, client?.me, { seconds })
    requestAnimationFrame(frame)
  }
  requestAnimationFrame(frame)
  const enter = (name: string, ground: WorldMap): void => {
    if (shown === ground) return
    shown = ground
    stage.enter(name, ground)
    minimap.enter(ground)
    placeName.enter(ground)
  }
  let shown = map
  return { map, maps, enter, stage, chat, banner: new Banner(), panel, air }
}

function carrying(lanterns: number): string {
  return `You carry ${lanterns === 1 ? 'a lantern' : `${lanterns} lanterns`}.`
}

/** Returns a sentence about whom somebody has hit with a lantern. */
function deedOf(me: Client<typeof town>, who: number, by: number): string {
  const nameOf = (id: number): string => {
    const walker = me.get(id)
    return walker?.kind === 'walker' ? walker.name : 'somebody'
  }
  if (by === me.me?.id) return `You marked ${nameOf(who)}.`
  return who === me.me?.id ? `${nameOf(by)} marked you.` : `${nameOf(by)} marked ${nameOf(who)}.`
}
