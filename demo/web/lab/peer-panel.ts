import {
  type Disagreement,
  Experiment,
  type ExperimentSettings,
  PEER_TICKS_PER_SECOND,
  PeerRun,
  type PeerTopology,
} from 'shardless/lab'
import type { Field } from '../../lab/field.ts'
import bots from '../../lab/field-bot.ts'
import definition from '../../lab/field-server.ts'
import { byId } from '../element.ts'
import { PeerPicture } from './peer-picture.ts'
import { PeerPlay } from './peer-play.ts'
import type { PictureColours } from './picture.ts'

const MEASURED_MS = 10_000
/** How much of it is run at a stretch: the page draws in between. */
const SLICE_MS = 100

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
  readonly picture = new PeerPicture(byId<HTMLCanvasElement>('peers-picture'))
  readonly #forkPicture = new PeerPicture(byId<HTMLCanvasElement>('peers-fork-picture'))
  /** The settings that the table compares, and those that it is to compare once it is in sight. */
  #filled: ExperimentSettings | undefined
  #wanted: ExperimentSettings | undefined
  #isTableInSight = false

  constructor() {
    new IntersectionObserver((changes) => {
      this.#isTableInSight = changes[changes.length - 1].isIntersecting
      this.#fillTable()
    }).observe(byId('architecture-table'))
    byId('cheat').addEventListener('click', () => this.play?.cheat(this.#cheat))
  }

  /** Shows this topology with these settings; nothing for a server that knows better. */
  show(architecture: 'client-server' | PeerTopology, settings: ExperimentSettings): void {
    const isServed = architecture === 'client-server'
    for (const id of ['peers', 'peers-run', 'peer-shapes', 'no-server']) byId(id).hidden = isServed
    for (const id of ['run', 'shapes', 'half-minute']) byId(id).hidden = !isServed
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
    this.#wanted = settings
    this.#fillTable()
  }

  /** Compares all three architectures, once somebody looks: it takes some seconds of simulating. */
  #fillTable(): void {
    const wanted = this.#wanted
    if (!this.#isTableInSight || wanted === undefined || this.play === undefined) return
    const keyOf = (settings: ExperimentSettings | undefined): string =>
      JSON.stringify([settings?.players, settings?.seed, settings?.weather])
    if (keyOf(wanted) === keyOf(this.#filled)) return
    this.#filled = wanted
    fillTable(wanted, () => this.#filled === wanted).catch((error: unknown) => console.error(error))
  }

  get #cheat(): number {
    return Math.min(2, (this.play?.options.count ?? 2) - 1)
  }

  draw(colours: PictureColours): void {
    const { play, picture } = this
    if (play === undefined) return
    picture.draw(play.run, colours)
    const fork = byId('peers-fork')
    if (fork.hidden !== (play.fork === undefined)) fork.hidden = play.fork === undefined
    if (play.fork === undefined) return
    this.#forkPicture.chosen = picture.chosen
    this.#forkPicture.draw(play.fork, colours)
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
        disagreement ? `${differsInWords(disagreement, run)}, since tick ${disagreement.tick}` : 'nobody',
      ],
    ])
  }
}

/** Says who differs from the others; nobody can where as many say the one as the other. */
export function differsInWords({ players }: Disagreement, { options }: PeerRun): string {
  const named = `player ${players.join(', ')}`
  return players.length < options.count ? named : `${named} among themselves: nobody can say who is right`
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
