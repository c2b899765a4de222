/** The laboratory's page: the real engine in virtual time, with everything about it in sight. */
import { instant } from 'shardless/core'
import {
  defaultSettings,
  type ExperimentLink,
  type ExperimentSettings,
  experimentLinks,
  type Means,
  means,
  namedWays,
  type PeerPacket,
  type PeerTopology,
  parseWays,
  presets,
  readScript,
  readSettings,
  Simulation,
  scenarioByName,
  scenarios,
  scriptForms,
  splitWays,
  type TravellingPacket,
  writeScript,
  writeSettings,
  writeWays,
} from 'shardless/lab'
import { loadSodium } from 'shardless/netcode'
import bots from '../../lab/field-bot.ts'
import definition from '../../lab/field-server.ts'
import { Chips } from '../chips.ts'
import { byId } from '../element.ts'
import { HalfMinute } from '../half-minute.ts'
import { ClusterPanel } from './cluster-panel.ts'
import { figuresOf, linkNames, peerFiguresOf } from './figures.ts'
import { linesAbout } from './packet-words.ts'
import { differsInWords, fillList, PeerPanel } from './peer-panel.ts'
import type { PeerPlay } from './peer-play.ts'
import { linesAboutPeer } from './peer-words.ts'
import { Picture, type PictureColours } from './picture.ts'
import { begin, type Run, Runner } from './runner.ts'
import { ScalingPanel } from './scaling-panel.ts'
import { Sight } from './sight.ts'
import { quiz, tour } from './tour.ts'

const architectures = ['client-server', 'peer-to-peer', 'hybrid'] as const
type Architecture = 'client-server' | PeerTopology

const weatherNames = [...Object.keys(presets), ...Object.keys(namedWays)]
const troubles = [
  ['no network for 3 s', 'cut WHO 3'],
  ['its program stands still for 1.5 s', 'freeze WHO 1.5'],
  ['it reads nothing for 2 s', 'deafen WHO 2'],
  ['its clock jumps by 300 ms', 'jump WHO 300'],
  ['the server stops for 0.4 s', 'stall 0.4'],
  ['the server is started anew', 'restart 1'],
  ['a stranger throws bytes', 'strange 20'],
] as const
/** How often figures are written anew, in ms, and how often the address. */
const FIGURES_MS = 200
const ADDRESS_MS = 1000
/** The latest moment that an address opens at, in seconds: all before it is played first. */
const ADDRESS_SECONDS_MAX = 300
const HOLDS = 'everything holds that must'

declare global {
  interface Window {
    /** The page's parts, for tests and for tinkering in the console. */
    laboratory?: {
      readonly runner: Runner
      readonly picture: Picture
      readonly cluster: ClusterPanel
      readonly peers: PeerPanel
    }
  }
}

let architecture: Architecture = 'client-server'
let settings = readAddress()
const runner = new Runner(await begin(settings), () => showRun())
const picture = new Picture(byId<HTMLCanvasElement>('picture'))
const forkPicture = new Picture(byId<HTMLCanvasElement>('fork-picture'))
const halfMinute = new HalfMinute('the client')
const peers = new PeerPanel()
const scaling = new ScalingPanel()
const cluster = new ClusterPanel(() => writeAddress())
let graphedAt = -1
/** The packet between peers that is marked. */
let peerPacket: PeerPacket | undefined
let figuresAt = 0
/** What the style sheet says, which costs too much to be asked in each frame. */
let colours = colourSet()
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
  colours = colourSet()
})
const pictures = new Sight(byId('run').parentElement as HTMLElement)
let addressAt = 0

const architectureChips = new Chips('architectures', architectures, (index) => {
  architecture = architectures[index]
  architectureChips.chosen = index
  showPeersOrServer()
  writeAddress()
})
const linkChips = new Chips(
  'links',
  experimentLinks.map((link) => linkNames[link]),
  (index) => change({ link: experimentLinks[index] as ExperimentLink }),
)
const weatherChips = new Chips('weathers', weatherNames, (index) => setWeather(weatherNames[index]))
new Chips(
  'troubles',
  troubles.map(([name]) => name),
  (index) => {
    const line = troubles[index][1].replace('WHO', String(picture.chosen))
    guarded(() => runner.befall(line))
  },
)

fillControls()
showRun()
showPeersOrServer()
requestAnimationFrame(frame)
const at = Number(new URLSearchParams(location.search).get('t') ?? 0)
if (at > 0) await guarded(() => played().seek(Math.min(at, ADDRESS_SECONDS_MAX) * 1000))
window.laboratory = { runner, picture, cluster, peers }

/** What the controls of time act on: the game of peers while one is shown, else the run with a server. */
function played(): Runner | PeerPlay {
  return peers.play ?? runner
}

function showPeersOrServer(): void {
  peers.show(architecture, settings)
  mark(undefined)
  played().speed = Number(byId<HTMLSelectElement>('speed').value)
}

/** Draws everything, once a frame. */
function frame(now: number): void {
  const { play } = peers
  if (play) {
    play.frame(now)
    if (pictures.isInSight) peers.draw(colours)
  } else playRun(now)
  scaling.draw(now)
  cluster.draw(now)
  if (now - figuresAt >= FIGURES_MS) {
    figuresAt = now
    showFigures()
  }
  if (now - addressAt >= ADDRESS_MS) {
    addressAt = now
    writeAddress()
  }
  requestAnimationFrame(frame)
}

function playRun(now: number): void {
  runner.frame(now)
  const { run, fork, shownAt } = runner
  graphUntil(run, shownAt)
  if (!pictures.isInSight) return
  picture.draw(run, shownAt, colours)
  if (fork === undefined) return
  forkPicture.chosen = picture.chosen
  forkPicture.draw(fork, shownAt, colours)
}

/** Adds to the graph what has been shown since the last time, four times a second. */
function graphUntil(run: Run, shownAt: number): void {
  if (shownAt < graphedAt) {
    halfMinute.clear()
    graphedAt = Math.max(-1, shownAt - 30_000)
  }
  const from = Math.max(graphedAt, shownAt - 30_000)
  for (let at = Math.floor(from / 250) * 250 + 250; at <= shownAt; at += 250) {
    const stats = run.lookAt(at)?.after.stats[picture.chosen]
    if (stats) halfMinute.add(stats)
    graphedAt = at
  }
}

function showFigures(): void {
  const { play } = peers
  if (play) showPeers(play)
  else showServed()
  const { shownAt, isPlaying } = played()
  const moment = byId<HTMLInputElement>('moment')
  const min = String(play ? 0 : Math.round(runner.firstKept))
  const max = String(Math.max(1, Math.round((play ?? runner.run).now)))
  if (moment.min !== min) moment.min = min
  if (moment.max !== max) moment.max = max
  if (document.activeElement !== moment || isPlaying) moment.valueAsNumber = Math.round(shownAt)
  setText('moment-value', `${(shownAt / 1000).toFixed(2)} s`)
  setText('play', isPlaying ? 'Pause' : 'Play')
}

function showServed(): void {
  const { run, shownAt } = runner
  fillList(byId('figures'), Object.entries(figuresOf(run, picture.chosen, shownAt)))
  showHalfMinute(run, shownAt)
  const failure = run.failure ?? runner.fork?.failure
  showLamp(failure, failure ?? (run.isOver ? 'everything held that must; the run is over' : HOLDS))
  setText('hash', run.hash)
  const packet = marked(run)
  if (packet) fillList(byId('packet'), linesAbout(packet, run.settings.link, shownAt))
}

function showPeers({ run }: PeerPlay): void {
  fillList(byId('figures'), Object.entries(peerFiguresOf(run, picture.chosen)))
  peers.tell()
  const { disagreement } = run
  const failure =
    disagreement &&
    (disagreement.players.length < run.options.count
      ? `${differsInWords(disagreement, run)} differs from the others`
      : `${differsInWords(disagreement, run)}`)
  showLamp(failure, failure ?? 'all machines have computed the same')
  setText('hash', run.peers[picture.chosen].confirmed.at(-1)?.hash ?? '')
  const { marked } = peers.picture
  // One that is kept no longer is still the same.
  peerPacket = run.packets.find(({ number }) => number === marked) ?? peerPacket
  if (peerPacket) fillList(byId('packet'), linesAboutPeer(peerPacket, run))
}

function showLamp(failure: string | undefined, text: string): void {
  byId('checks').classList.toggle('bad', failure !== undefined)
  setText('checks', text)
}

function showHalfMinute(run: Run, shownAt: number): void {
  const player = run.players[picture.chosen]
  const stats = run.lookAt(shownAt)?.after.stats[picture.chosen]
  halfMinute.show(stats, player?.client.stutters.stutters ?? [], player?.clockAt(instant(shownAt)) ?? 0)
}

/** Puts the controls into the state of the run. */
function showRun(): void {
  const { run, fork } = runner
  graphedAt = -1
  halfMinute.clear()
  byId('fork').hidden = fork === undefined
  byId('picture-caption').textContent = fork ? `as before: ${settings.weather.join('; ')}` : 'the run'
  if (fork) {
    const [last] = fork.interventions.slice(-1)
    const weather = last?.do === 'befall' && last.trouble.do === 'weather' ? last.trouble.weather : ''
    byId('fork-caption').textContent = `the same until then, from there on ${weather}`
  }
  architectureChips.chosen = architectures.indexOf(architecture)
  linkChips.chosen = experimentLinks.indexOf(run.settings.link)
  weatherChips.chosen = weatherNames.indexOf(settings.weather.join(';'))
  byId<HTMLInputElement>('weather').value = settings.weather.join(';')
  byId<HTMLInputElement>('players').valueAsNumber = settings.players
  byId('players-value').textContent = String(settings.players)
  byId<HTMLInputElement>('seed').valueAsNumber = settings.seed
  byId<HTMLTextAreaElement>('script').value = writeScript(settings.script)
  byId('weather-of').textContent =
    settings.weather.length === 1 && !settings.weather[0].includes('|')
      ? ''
      : Array.from({ length: settings.players }, (_, player) => {
          const { up, down } = splitWays(settings.weather[player % settings.weather.length])
          return `${bots.name({ number: player })}: ${up === down ? up : `${up} up, ${down} down`}`
        }).join('; ')
  for (const what of means) byId<HTMLInputElement>(`means-${what}`).checked = run.isOn(what)
  picture.chosen = Math.min(picture.chosen, settings.players - 1)
  peers.picture.chosen = picture.chosen
  const names = Array.from({ length: settings.players }, (_, player) => bots.name({ number: player }))
  fillSelect(
    'player',
    names.map((name, player) => [String(player), name]),
    String(picture.chosen),
  )
  fillSelect(
    'whom',
    [['all', 'everyone'], ...names.map((name, player) => [String(player), name] as const)],
    'all',
  )
}

function fillControls(): void {
  const about: Readonly<Record<Means, string>> = {
    delta: 'only what has changed',
    prediction: 'the own character at once',
    interpolation: 'others a little in the past, evenly',
    quantizing: 'small numbers instead of doubles',
    priority: 'near things first where room is short',
    batching: 'one frame a tick for all that is due',
  }
  for (const what of means) {
    const label = document.createElement('label')
    label.className = 'tick'
    const box = document.createElement('input')
    box.type = 'checkbox'
    box.id = `means-${what}`
    box.addEventListener('change', () => guarded(() => flip(what, box.checked)))
    const text = document.createElement('span')
    text.innerHTML = `<b>${what[0].toUpperCase()}${what.slice(1)}</b> `
    text.append(about[what])
    label.append(box, text)
    byId('optimisations').append(label)
  }
  byId('forms').textContent = scriptForms.join('\n')
  fillSelect(
    'split-weather',
    weatherNames.map((name) => [name, name] as const),
    'terrible',
  )
  fillSelect('scenario', [['', 'none'], ...scenarios.map(({ name }) => [name, name] as const)], '')
  fillSelect(
    'whole-scenario',
    scenarios.map(({ name }) => [name, name] as const),
    'calm',
  )
  const on = (id: string, event: string, run: () => unknown): void =>
    byId(id).addEventListener(event, () => guarded(async () => run()))
  on('play', 'click', () => togglePlay())
  on('step', 'click', () => played().step())
  on('again', 'click', () => change({}))
  on('rewind', 'click', () => played().rewind())
  on('split', 'click', () => {
    const weather = byId<HTMLSelectElement>('split-weather').value
    if (peers.play) setText('peers-fork-caption', `the same until then, from there on ${weather}`)
    return played().split(weather)
  })
  on('speed', 'change', () => {
    played().speed = Number(byId<HTMLSelectElement>('speed').value)
  })
  on('moment', 'input', () => {
    played().isPlaying = false
    return played().seek(byId<HTMLInputElement>('moment').valueAsNumber)
  })
  on('weather', 'change', () => setWeather(byId<HTMLInputElement>('weather').value))
  on('players', 'change', () => change({ players: byId<HTMLInputElement>('players').valueAsNumber }))
  on('players', 'input', () => setText('players-value', byId<HTMLInputElement>('players').value))
  on('seed', 'change', () => change({ seed: byId<HTMLInputElement>('seed').valueAsNumber }))
  on('apply-script', 'click', () => change({ script: readScript(byId<HTMLTextAreaElement>('script').value) }))
  on('scenario', 'change', () => {
    const name = byId<HTMLSelectElement>('scenario').value
    if (name === '') return change({ script: [] })
    const { clients, weather, faults } = scenarioByName(name)
    return change({ players: Math.min(12, Math.max(2, clients)), weather, script: faults })
  })
  on('player', 'change', () => choose(Number(byId<HTMLSelectElement>('player').value)))
  on('run-scenario', 'click', () => runWhole())
  for (const id of ['whole-scenario', 'whole-link', 'seed']) on(id, 'change', () => tellCommand())
  on('packet-before', 'click', () => walk(-1))
  on('packet-after', 'click', () => walk(1))
  tellCommand()
  byId('controls').addEventListener('submit', (event) => event.preventDefault())
  for (const shown of [picture, peers.picture])
    shown.canvas.addEventListener('click', ({ offsetX, offsetY }) => {
      const { packet, player } = shown.at(offsetX, offsetY)
      if (packet) mark(packet)
      else if (player !== undefined) choose(player)
    })
  addEventListener('keydown', (event) => {
    const { target, key } = event
    if (target instanceof HTMLElement && target.matches('input, textarea, select, button, summary, a')) return
    if (event.ctrlKey || event.metaKey || event.altKey) return
    if (key === ' ') togglePlay()
    else if (key === '.') guarded(() => played().step())
    else if (key === 'ArrowLeft') walk(-1)
    else if (key === 'ArrowRight') walk(1)
    else return
    event.preventDefault()
  })
  fillTour()
  fillQuiz()
}

/** Returns the address of a step of the tour. */
function stepAddress(index: number): string {
  return `?${tour[index].query}&tour=${index + 1}#simulator`
}

/** The step of the tour that the address is at; undefined for none. */
function stepOf(query: string): number | undefined {
  const step = Number(new URLSearchParams(query).get('tour')) - 1
  return tour[step] === undefined ? undefined : step
}

function fillTour(): void {
  const step = stepOf(location.search)
  byId('guide').hidden = step === undefined
  if (step !== undefined) {
    const { title, text } = tour[step]
    const head = document.createElement('b')
    head.textContent = `Step ${step + 1} of ${tour.length}: ${title}.`
    byId('guide-text').replaceChildren(head, ` ${text}`)
    for (const [id, to] of [
      ['guide-before', step - 1],
      ['guide-after', step + 1],
    ] as const) {
      const link = byId<HTMLAnchorElement>(id)
      link.hidden = tour[to] === undefined
      if (tour[to]) link.href = stepAddress(to)
    }
  }
  byId('steps').replaceChildren(
    ...tour.map(({ title, text }, index) => {
      const item = document.createElement('li')
      const link = document.createElement('a')
      link.href = stepAddress(index)
      if (index === step) link.setAttribute('aria-current', 'step')
      link.textContent = title
      item.append(link, `. ${text}`)
      return item
    }),
  )
}

function fillQuiz(): void {
  byId('questions').replaceChildren(
    ...quiz.map(({ question, choices, right, why, query }, number) => {
      const field = document.createElement('fieldset')
      field.className = 'question'
      const legend = document.createElement('legend')
      legend.textContent = `${number + 1}. ${question}`
      const answer = document.createElement('p')
      answer.setAttribute('role', 'status')
      const labels = choices.map((choice, index) => {
        const label = document.createElement('label')
        label.className = 'tick'
        const radio = document.createElement('input')
        radio.type = 'radio'
        radio.name = `question-${number}`
        radio.addEventListener('change', () => {
          const link = document.createElement('a')
          link.href = `?${query}#simulator`
          link.textContent = 'See it run.'
          answer.replaceChildren(index === right ? `Right. ${why} ` : `Not quite. ${why} `, link)
        })
        label.append(radio, choice)
        return label
      })
      field.append(legend, ...labels, answer)
      return field
    }),
  )
}

/** Begins a new run with other settings. */
async function change(other: Partial<ExperimentSettings>): Promise<void> {
  settings = { ...settings, ...other }
  runner.take(await begin(settings))
  runner.isPlaying = true
  showPeersOrServer()
  writeAddress()
}

/** Switches one of the engine's means; quantizing is another game, and begins anew. */
async function flip(what: Means, isOn: boolean): Promise<void> {
  const off = isOn ? settings.off.filter((one) => one !== what) : [...settings.off, what]
  settings = { ...settings, off }
  if (what === 'quantizing') return change({})
  for (const run of runner.all) await run.do({ do: 'switch', what, isOn })
  writeAddress()
}

/**
 * Sets the weather of whoever and whichever way the controls say: from the beginning of a new run, which the address
 * then holds, or from now on.
 */
async function setWeather(text: string): Promise<void> {
  const whom = byId<HTMLSelectElement>('whom').value
  const way = byId<HTMLSelectElement>('which-way').value
  const list = text.split(';').map((one) => one.trim())
  for (const one of list) parseWays(one)
  if (byId<HTMLSelectElement>('since').value === 'now')
    return runner.befall(`weather ${whom} ${list[0]}${way === 'both' ? '' : ` ${way}`}`)
  if (whom === 'all' && way === 'both') return change({ weather: list })
  const { players, weather } = settings
  const each = Array.from({ length: players }, (_, player) => {
    const was = weather[player % weather.length]
    if (whom !== 'all' && Number(whom) !== player) return was
    const asked = list[player % list.length]
    if (way === 'both') return asked
    const [before, now] = [splitWays(was), splitWays(asked)]
    return way === 'up' ? writeWays(now.up, before.down) : writeWays(before.up, now.down)
  })
  return change({ weather: new Set(each).size === 1 ? [each[0]] : each })
}

function togglePlay(): void {
  played().isPlaying = !played().isPlaying
  showFigures()
}

function choose(player: number): void {
  picture.chosen = player
  peers.picture.chosen = player
  byId<HTMLSelectElement>('player').value = String(player)
  graphedAt = -1
  halfMinute.clear()
}

/** Marks a packet of what is shown, and tells all about it; undefined for none. */
function mark(packet: { readonly number: number } | undefined): void {
  const number = packet?.number ?? 0
  if (peers.play) peers.picture.marked = number
  else picture.marked = number
  peerPacket = undefined
  if (packet) showFigures()
  else byId('packet').replaceChildren()
}

function marked(run: Run): TravellingPacket | undefined {
  return run.traffic.packets.find(({ number }) => number === picture.marked)
}

/** Marks the next or the previous packet of the chosen player, of those that have set out. */
function walk(by: number): void {
  const those = packetsOf(picture.chosen)
  if (those.length === 0) return
  const before = peers.play ? peers.picture.marked : picture.marked
  const index = those.findIndex(({ number }) => number === before)
  const next = index < 0 ? those.length - 1 : Math.max(0, Math.min(those.length - 1, index + by))
  mark(those[next])
}

/** Returns the packets of a player's that have set out by the shown moment. */
function packetsOf(player: number): readonly { readonly number: number }[] {
  const { play } = peers
  if (play)
    return play.run.packets.filter(
      ({ author, to, sentAt }) => (author === player || to === player) && sentAt <= play.run.now,
    )
  const { run, shownAt } = runner
  return run.traffic.packets.filter((packet) => packet.player === player && packet.sentAt <= shownAt)
}

async function runWhole(): Promise<void> {
  const button = byId<HTMLButtonElement>('run-scenario')
  button.disabled = true
  setText('outcome', 'Running.')
  await new Promise(requestAnimationFrame)
  const scenario = scenarioByName(byId<HTMLSelectElement>('whole-scenario').value)
  const isSealed = byId<HTMLSelectElement>('whole-link').value === 'sealed'
  const sealed = isSealed ? { cipher: await loadSodium() } : undefined
  const { seed } = settings
  const outcome = await new Simulation({ definition, bots, scenario, seed, sealed }).run()
  const { failure, hash, seconds, packets } = outcome
  setText(
    'outcome',
    `${hash}: ${seconds.toFixed(1)} s, ${packets} packets. ${failure ?? 'Everything held that must.'}`,
  )
  button.disabled = false
}

function tellCommand(): void {
  const scenario = byId<HTMLSelectElement>('whole-scenario').value
  const links = byId<HTMLSelectElement>('whole-link').value
  setText(
    'sim-command',
    `npm run sim -- --game demo/lab/field-server.ts --bot demo/lab/field-bot.ts --seed ${settings.seed} --scenario ${scenario} --links ${links}`,
  )
}

function readAddress(): ExperimentSettings {
  const query = new URLSearchParams(location.search)
  const asked = query.get('architecture')
  architecture = architectures.find((one) => one === asked) ?? 'client-server'
  try {
    return readSettings(location.search)
  } catch (error) {
    setText('trouble', (error as Error).message)
    return defaultSettings
  }
}

/** Keeps settings and moment in the address, so that it can be passed on. */
function writeAddress(): void {
  const parts = [writeSettings(settings)]
  if (architecture !== 'client-server') parts.push(`architecture=${architecture}`)
  const step = stepOf(location.search)
  if (step !== undefined) parts.push(`tour=${step + 1}`)
  const { isPlaying, shownAt } = played()
  if (!isPlaying) parts.push(`t=${(shownAt / 1000).toFixed(2)}`)
  parts.push(cluster.query)
  const query = parts.filter(Boolean).join('&')
  const address = `${location.pathname}${query && `?${query}`}${location.hash}`
  if (address !== `${location.pathname}${location.search}${location.hash}`)
    history.replaceState(null, '', address)
}

/** Runs what a control asks for, and says what is wrong with it. */
async function guarded(run: () => unknown): Promise<void> {
  try {
    setText('trouble', '')
    await run()
  } catch (error) {
    setText('trouble', (error as Error).message)
  }
}

function fillSelect(id: string, entries: readonly (readonly [string, string])[], chosen: string): void {
  const select = byId<HTMLSelectElement>(id)
  const was = select.value
  select.replaceChildren(...entries.map(([value, name]) => new Option(name, value)))
  select.value = entries.some(([value]) => value === was) && was !== '' ? was : chosen
}

function setText(id: string, text: string): void {
  const element = byId(id)
  if (element.textContent !== text) element.textContent = text
}

function colourSet(): PictureColours {
  const style = getComputedStyle(document.documentElement)
  const of = (name: string): string => style.getPropertyValue(name)
  return {
    ...{ paper: of('--card'), ink: of('--ink'), soft: of('--soft'), faint: of('--line'), wall: of('--wall') },
    ...{ up: of('--up'), down: of('--down'), lost: of('--lost') },
  }
}
