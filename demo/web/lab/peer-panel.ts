import {
  Experiment,
  type ExperimentSettings,
  FIELD_UNITS,
  PEER_TICKS_PER_SECOND,
  PeerRun,
  type PeerTopology,
  RELAY,
} from 'shardless/lab'
import type { Field } from '../../lab/field.ts'
import bots from '../../lab/field-bot.ts'
import definition from '../../lab/field-server.ts'
import { byId } from '../element.ts'
import { PeerPlay } from './peer-play.ts'
import { fit, playerColours } from './picture.ts'

const MEASURED_MS = 10_000
/** How much of it is run at a stretch: the page draws in between. */
const SLICE_MS = 100
const LOST_SHOWN_MS = 400

const about: Readonly<Record<PeerTopology, string>> = {
  'peer-to-peer':
    'A small game of tag. Every machine computes all of it from everybody’s inputs, guesses those that have not come, ' +
    'and goes back when it guessed wrong. Nobody is the judge: a machine that lies is noticed, and that is all.',
  hybrid:
    'The same game of tag, with one relay between the machines: each sends its inputs once, and the relay compares what ' +
    'all say came of them, so that whoever differs from most can be named. It still computes nothing itself.',
}

/** Shows a game between players' own machines, in the place of the run with a server. */
export class PeerPanel {
  /** The game that is shown; undefined while there is a server. */
  play: PeerPlay | undefined
  #isFilled = ''

  constructor() {
    byId('cheat').addEventListener('click', () => this.play?.cheat(this.#cheat))
  }

  /** Shows this topology with these settings; nothing for a server that knows better. */
  show(architecture: 'client-server' | PeerTopology, settings: ExperimentSettings): void {
    const isServed = architecture === 'client-server'
    for (const id of ['peers', 'peers-run', 'no-server']) byId(id).hidden = isServed
    for (const id of ['run', 'shapes', 'half-minute', 'packets']) byId(id).hidden = !isServed
    for (const id of ['protocol', 'optimisations', 'happenings'])
      byId<HTMLFieldSetElement>(id).disabled = !isServed
    if (isServed) {
      this.play = undefined
      byId('peers-fork').hidden = true
      return
    }
    const { players: count, seed, weather } = settings
    this.play = new PeerPlay({ topology: architecture, count, seed, weather })
    byId('cheat').textContent = `Let player ${this.#cheat} cheat`
    byId('peers-about').textContent = about[architecture]
    const key = JSON.stringify({ count, seed, weather })
    if (this.#isFilled !== key) {
      this.#isFilled = key
      fillTable(settings, () => this.#isFilled === key).catch((error: unknown) => console.error(error))
    }
  }

  get #cheat(): number {
    return Math.min(2, (this.play?.options.count ?? 2) - 1)
  }

  draw(): void {
    const { play } = this
    if (play === undefined) return
    drawPeers(byId<HTMLCanvasElement>('peers-picture'), play.run)
    byId('peers-fork').hidden = play.fork === undefined
    if (play.fork) drawPeers(byId<HTMLCanvasElement>('peers-fork-picture'), play.fork)
  }

  /** Writes what there is to say of all peers. */
  tell(): void {
    const run = this.play?.run
    if (run === undefined) return
    const [first] = run.peers
    const { rollbacks, replayedTicks, longestTicks, waits } = first.counts
    const bytesUp = run.traffic.map((line) => line.bytesUp / Math.max(1, run.now / 1000))
    const { disagreement } = run
    fillList(byId('peers-figures'), [
      ['Connections', String(run.connections)],
      [
        'Bytes up a player',
        `${(bytesUp.reduce((a, b) => a + b, 0) / bytesUp.length / 1000).toFixed(2)} kB/s`,
      ],
      ['Ticks ahead of what all confirmed', String(first.state.tick - first.confirmedTick)],
      ['Went back', `${rollbacks} times, ${replayedTicks} ticks played again, ${longestTicks} at most`],
      ['Waited for somebody', `${waits} ticks`],
      ['Catches', first.state.catches.join(', ')],
      [
        'Who differs',
        disagreement
          ? `player ${disagreement.players.join(', ')}, since tick ${disagreement.tick}`
          : 'nobody',
      ],
    ])
  }
}

/** Puts terms and texts into a list, changing only what differs. */
export function fillList(list: HTMLElement, lines: readonly (readonly [string, string])[]): void {
  while (list.children.length > lines.length * 2) list.lastElementChild?.remove()
  for (const [index, [term, text]] of lines.entries()) {
    if (list.children.length <= index * 2)
      list.append(document.createElement('dt'), document.createElement('dd'))
    const [dt, dd] = [list.children[index * 2], list.children[index * 2 + 1]]
    if (dt.textContent !== term) dt.textContent = term
    if (dd.textContent !== text) dd.textContent = text
  }
}

/** Compares all three architectures with the same players, weather and seed, unless others are wanted by then. */
async function fillTable(
  { players: count, seed, weather }: ExperimentSettings,
  isWanted: () => boolean,
): Promise<void> {
  const settings = { seed, players: count, link: 'udp', weather, off: [], script: [] } as const
  const { loadSodium } = await import('shardless/netcode')
  const served = new Experiment<Field>({ settings, definition, bots, cipher: await loadSodium() })
  for (let ms = 0; ms < MEASURED_MS; ms += SLICE_MS) {
    await served.advance(ms + SLICE_MS)
    if (!isWanted()) return
    await rest()
  }
  const seconds = MEASURED_MS / 1000
  const up = (total: number): string => `${(total / seconds / 1000).toFixed(2)} kB/s`
  const peers: PeerRun[] = []
  for (const topology of ['peer-to-peer', 'hybrid'] as const) {
    const run = new PeerRun({ topology, count, seed, weather })
    for (let ms = 0; ms < MEASURED_MS; ms += SLICE_MS) {
      run.advance(ms + SLICE_MS)
      if (!isWanted()) return
      await rest()
    }
    peers.push(run)
  }
  const rows: readonly (readonly [string, string, string, string])[] = [
    ['Connections', String(count), ...pair(peers.map(({ connections }) => String(connections)))],
    [
      'Bytes up a player',
      up(served.traffic.counts(0).up.bytes),
      ...pair(peers.map(({ traffic }) => up(traffic[0].bytesUp))),
    ],
    [
      'Bytes down a player',
      up(served.traffic.counts(0).down.bytes),
      ...pair(peers.map(({ traffic }) => up(traffic[0].bytesDown))),
    ],
    [
      'Ticks a second',
      String(definition.game.ticksPerSecond),
      ...pair(peers.map(() => String(PEER_TICKS_PER_SECOND))),
    ],
    [
      'Who can cheat',
      'nobody: a client only asks',
      'everybody, and nobody decides',
      'everybody, and most decide',
    ],
    ['Who knows all', 'the server', 'every machine', 'every machine'],
    ['The slowest line slows', 'its own player', 'everybody', 'everybody'],
  ]
  byId('architecture-table')
    .querySelector('tbody')!
    .replaceChildren(
      ...rows.map(([title, ...cells]) => {
        const row = document.createElement('tr')
        const head = document.createElement('th')
        head.scope = 'row'
        head.textContent = title
        row.append(head)
        for (const cell of cells) row.insertCell().textContent = cell
        return row
      }),
    )
}

/** Lets the page draw. */
function rest(): Promise<void> {
  return new Promise((resume) => setTimeout(resume))
}

function pair([mesh, hybrid]: readonly string[]): [string, string] {
  return [mesh, hybrid]
}

function drawPeers(canvas: HTMLCanvasElement, run: PeerRun): void {
  const ctx = canvas.getContext('2d')
  const { clientWidth: width, clientHeight: height } = canvas
  if (!ctx || width === 0) return
  fit(canvas, width, height)
  ctx.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0)
  ctx.clearRect(0, 0, width, height)
  const style = getComputedStyle(document.documentElement)
  const colour = (name: string): string => style.getPropertyValue(name)
  const { count } = run.options
  const side = Math.min(width, height) * (count > 6 ? 0.17 : 0.24)
  const place = (node: number) => {
    if (node === RELAY) return { x: width / 2, y: height / 2 }
    const turn = (2 * Math.PI * node) / count - Math.PI / 2
    return {
      x: width / 2 + Math.cos(turn) * (width / 2 - side * 0.6),
      y: height / 2 + Math.sin(turn) * (height / 2 - side * 0.6),
    }
  }
  ctx.strokeStyle = colour('--line')
  for (const [from, to] of linesOf(run)) {
    ctx.beginPath()
    ctx.moveTo(place(from).x, place(from).y)
    ctx.lineTo(place(to).x, place(to).y)
    ctx.stroke()
  }
  for (const { from, to, sentAt, arrivesAt } of run.packets) {
    const until = arrivesAt ?? sentAt + LOST_SHOWN_MS
    if (run.now < sentAt || run.now > until) continue
    const share = (run.now - sentAt) / Math.max(1, until - sentAt)
    const [a, b] = [place(from), place(to)]
    const s = arrivesAt === undefined ? Math.min(0.5, share) : share
    ctx.fillStyle = colour(arrivesAt === undefined ? '--lost' : '--down')
    ctx.beginPath()
    ctx.arc(a.x + (b.x - a.x) * s, a.y + (b.y - a.y) * s, 2.5, 0, 2 * Math.PI)
    ctx.fill()
  }
  for (const peer of run.peers) {
    const { x, y } = place(peer.index)
    ctx.fillStyle = colour('--card')
    ctx.fillRect(x - side / 2, y - side / 2, side, side)
    ctx.strokeStyle = colour('--line')
    ctx.strokeRect(x - side / 2, y - side / 2, side, side)
    ctx.fillStyle = colour('--ink')
    ctx.font = '12px system-ui, sans-serif'
    ctx.textAlign = 'center'
    ctx.fillText(`player ${peer.index}`, x, y + side / 2 + 12)
    const scale = side / FIELD_UNITS
    const { state } = peer
    for (let player = 0; player < count; player++) {
      ctx.fillStyle = playerColours[player % playerColours.length]
      ctx.beginPath()
      const radius = player === state.catcher ? 5 : 3
      ctx.arc(
        x - side / 2 + state.x[player] * scale,
        y + side / 2 - state.y[player] * scale,
        radius,
        0,
        2 * Math.PI,
      )
      ctx.fill()
    }
  }
}

/** Lists who is connected to whom. */
function linesOf({ options: { count, topology } }: PeerRun): (readonly [from: number, to: number])[] {
  const lines: (readonly [number, number])[] = []
  for (let from = 0; from < count; from++)
    if (topology === 'hybrid') lines.push([from, RELAY])
    else for (let to = from + 1; to < count; to++) lines.push([from, to])
  return lines
}
