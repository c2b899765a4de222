import { Bursts, clusterScale, edgesOf, meshRatio, SCALING_LEAST, SCALING_MOST } from 'shardless/lab'
import {
  measureCluster,
  measureCrowd,
  measureMesh,
  measureServed,
  PER_PROCESS,
} from '../../lab/scaling-measure.ts'
import { fewPlayers, manyPlayers } from '../../lab/scaling-table.ts'
import { byId } from '../element.ts'
import { drawBytes, valueAt } from './bytes-chart.ts'
import { GraphPicture, ScaledClusterPicture } from './scaling-picture.ts'
import { Sight } from './sight.ts'

/** The counts of which the table speaks besides the present one. */
const ROWS = [2, 4, 8, 12] as const

const points = {
  serverDown: fewPlayers.map(({ count, serverDown }) => [count, serverDown] as const),
  mesh: fewPlayers.map(({ count, mesh }) => [count, mesh] as const),
  meshUpEach: fewPlayers.map(({ count, meshUpEach }) => [count, meshUpEach] as const),
  land: manyPlayers.map(({ count, land }) => [count, land] as const),
  /** Between processes, for each player. */
  between: manyPlayers.map(({ count, between }) => [count, between / count] as const),
  onePlace: manyPlayers.map(({ count, onePlace }) => [count, onePlace] as const),
}
/** Of a server with few players: to each. */
const served = points.serverDown.map(([count, bytes]) => [count, bytes / count] as const)

/** Draws client and server beside a full mesh and a cluster, for the same number of players: edges, and bytes. */
export class ScalingPanel {
  #count = 4
  #star = new Bursts([], 0)
  #mesh = new Bursts([], 0)
  readonly #starPicture = new GraphPicture(byId<HTMLCanvasElement>('star'))
  readonly #meshPicture = new GraphPicture(byId<HTMLCanvasElement>('mesh'))
  readonly #clusterPicture = new ScaledClusterPicture(byId<HTMLCanvasElement>('cluster'))
  readonly #sight = new Sight(byId('scaling'))
  #isStale = true

  constructor() {
    byId('fewer').addEventListener('click', () => this.set(this.#count - 1))
    byId('more').addEventListener('click', () => this.set(this.#count + 1))
    byId('measure').addEventListener('click', () => this.#measure())
    byId('cluster-players').addEventListener('input', () => this.#tellCluster())
    addEventListener('resize', () => {
      this.#isStale = true
    })
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
      this.#isStale = true
    })
    addEventListener('keydown', (event) => {
      const { target, key } = event
      if (target instanceof HTMLElement && target.matches('input, textarea, select')) return
      if (event.ctrlKey || event.metaKey || event.altKey) return
      if (key === '-') this.set(this.#count - 1)
      else if (key === '=' || key === '+') this.set(this.#count + 1)
    })
    this.set(this.#count)
    this.#tellCluster()
    this.#fillWorld()
  }

  /** Shows so many players, within the bounds. */
  set(count: number): void {
    this.#count = Math.max(SCALING_LEAST, Math.min(SCALING_MOST, count))
    const now = performance.now()
    this.#star = new Bursts(edgesOf('client-server', this.#count), now)
    this.#mesh = new Bursts(edgesOf('full-mesh', this.#count), now)
    byId('count').textContent = `N = ${this.#count}`
    byId('scaling-ratio').textContent =
      `A full mesh has (N-1)/2 = ${meshRatio(this.#count).toFixed(1)} times the connections of a server.`
    this.#fillTable()
    this.#tellFew(performance.now())
    this.#tellBytes()
    this.#isStale = true
  }

  draw(now: number): void {
    if (!this.#sight.isInSight) return
    const [star, mesh] = this.#tellFew(now)
    const count = this.#count
    this.#starPicture.draw(this.#star.edges, star, { count, colour: '--edge' })
    this.#meshPicture.draw(this.#mesh.edges, mesh, { count, colour: '--mesh' })
    this.#clusterPicture.draw(this.#worldPlayers, now)
    if (!this.#isStale) return
    this.#isStale = false
    this.#drawBytes()
  }

  /** Says how many connections and packets there are. @returns the packets in flight */
  #tellFew(now: number) {
    const star = this.#star.inFlight(now)
    const mesh = this.#mesh.inFlight(now)
    caption(
      'star-caption',
      `Client-server: ${this.#star.edges.length} connections, O(N); ${star.length} packets in flight`,
    )
    caption(
      'mesh-caption',
      `Full mesh: ${this.#mesh.edges.length} connections, O(N²); ${mesh.length} packets in flight`,
    )
    return [star, mesh] as const
  }

  /** Says what the counts cost in bytes. */
  #tellBytes(): void {
    const count = this.#count
    const [down, mesh] = [valueAt(points.serverDown, count), valueAt(points.mesh, count)]
    caption('star-bytes-caption', `Client-server: ${kB(down)} down in all, ${kB(down / count)} to each`)
    caption(
      'mesh-bytes-caption',
      `Full mesh: ${kB(mesh)} in all, ${kB(valueAt(points.meshUpEach, count))} up from each; ${(mesh / down).toFixed(1)} times the server’s`,
    )
  }

  #drawBytes(): void {
    const count = this.#count
    drawBytes(byId<HTMLCanvasElement>('star-bytes'), {
      ...{ at: count, ticks: [2, 4, 6, 8, 10, 12] },
      lines: [
        { colour: '--edge', name: 'in all', points: points.serverDown },
        { colour: '--up', name: 'to each', points: served },
      ],
    })
    drawBytes(byId<HTMLCanvasElement>('mesh-bytes'), {
      ...{ at: count, ticks: [2, 4, 6, 8, 10, 12] },
      lines: [
        { colour: '--mesh', name: 'in all', points: points.mesh },
        { colour: '--up', name: 'up from each', points: points.meshUpEach },
      ],
    })
    drawBytes(byId<HTMLCanvasElement>('cluster-bytes'), {
      ...{ at: this.#worldPlayers, ticks: [2, 200, 500, 1000] },
      lines: [
        { colour: '--edge', name: 'to each, with land of their own', points: points.land },
        { colour: '--up', name: 'between processes, for each', points: points.between },
        { colour: '--mesh', name: 'to each, all in one place', points: points.onePlace },
      ],
    })
  }

  get #worldPlayers(): number {
    return byId<HTMLInputElement>('cluster-players').valueAsNumber
  }

  #tellCluster(): void {
    const players = this.#worldPlayers
    const { gateways, regions, playerEdges, processEdges } = clusterScale(players, PER_PROCESS)
    byId('cluster-count').textContent = String(players)
    caption(
      'cluster-caption',
      `Cluster: ${playerEdges} connections of players, one each; ${processEdges} of ${gateways} gateways to ${regions} regions, and of regions to their neighbours`,
    )
    const [land, onePlace] = [valueAt(points.land, players), valueAt(points.onePlace, players)]
    const between = valueAt(points.between, players) * players
    const isMeasured = manyPlayers.some(({ count }) => count === players)
    caption(
      'cluster-bytes-caption',
      `Cluster, ${players} players: ${kB(land)} to each with land of their own, ${kB(between)} between gateways and regions; ` +
        `${kB(onePlace)} to each where all stand in one place${isMeasured ? '' : ' (between measured counts)'}`,
    )
    this.#isStale = true
  }

  #fillTable(): void {
    const counts = [...new Set([...ROWS, this.#count])].sort((a, b) => a - b)
    fill(
      'scaling-table',
      counts.map((count) => ({
        isCurrent: count === this.#count,
        cells: [
          String(count),
          String(edgesOf('client-server', count).length),
          String(edgesOf('full-mesh', count).length),
          meshRatio(count).toFixed(1),
          ...[points.serverDown, points.mesh, points.meshUpEach].map((line) =>
            String(Math.round(valueAt(line, count))),
          ),
        ],
      })),
    )
  }

  #fillWorld(): void {
    fill(
      'world-table',
      manyPlayers.map(({ count, land, between, onePlace }) => {
        const { gateways, regions, processEdges } = clusterScale(count, PER_PROCESS)
        const cells = [count, gateways, regions, count, processEdges, land, between, onePlace]
        return { isCurrent: false, cells: cells.map(String) }
      }),
    )
  }

  /** Runs all three in this page, for the counts that are shown, and says what came of it. */
  async #measure(): Promise<void> {
    const button = byId<HTMLButtonElement>('measure')
    button.disabled = true
    const [count, players] = [this.#count, this.#worldPlayers]
    const say = async (text: string): Promise<void> => {
      byId('measuring').textContent = text
      await new Promise(requestAnimationFrame)
    }
    await say(`Running ${count} players with a server and as a mesh, for six seconds of their time.`)
    const [server, mesh] = [await measureServed(count), measureMesh(count)]
    await say(`Running a cluster with ${players} players, each with a client of its own.`)
    const { toEach, between } = await measureCluster(players, () => new Promise((rest) => setTimeout(rest)))
    await say(`Running ${players} in one place.`)
    const onePlace = await measureCrowd(players)
    byId('measuring').textContent =
      `Measured in this page just now: ${count} players, server ${kB(server.down)} down in all, mesh ${kB(mesh.all)} in all; ` +
      `${players} players, ${kB(toEach)} to each on land, ${kB(between)} between gateways and regions, ` +
      `${kB(onePlace)} to each in one place.`
    button.disabled = false
  }
}

function kB(bytes: number): string {
  return `${(bytes / 1000).toFixed(2)} kB/s`
}

function fill(
  id: string,
  rows: readonly { readonly isCurrent: boolean; readonly cells: readonly string[] }[],
): void {
  byId(id)
    .querySelector('tbody')!
    .replaceChildren(
      ...rows.map(({ isCurrent, cells: [first, ...cells] }) => {
        const row = document.createElement('tr')
        row.className = isCurrent ? 'current' : ''
        const head = document.createElement('th')
        head.scope = 'row'
        head.textContent = first
        row.append(head)
        for (const cell of cells) row.insertCell().textContent = cell
        return row
      }),
    )
}

function caption(id: string, text: string): void {
  const element = byId(id)
  if (element.textContent !== text) element.textContent = text
}
