import type { ClientStats, Stutter } from 'shardless/client'
import { byId } from './element.ts'
import { Graph } from './graph.ts'

/** The age at which a stutter is no longer shown, in ms. */
const RECENTLY_MS = 30_000

/**
 * Shows the last half minute of one client: its graph, corrections, bytes and stutters, and the verdict on the last of
 * them. The panel of the town and the page of the laboratory have the same elements for it.
 */
export class HalfMinute {
  readonly #graph = new Graph(byId<HTMLCanvasElement>('graph'))
  readonly #name: string

  /** @param name  of the client in a sentence: "this page" */
  constructor(name: string) {
    this.#name = name
  }

  /** Begins anew, with another client or another moment. */
  clear(): void {
    this.#graph.clear()
  }

  /** Takes the figures of one moment: four times a second. */
  add(stats: ClientStats): void {
    this.#graph.add(stats)
  }

  /**
   * Shows what was added, and the verdict at a moment.
   *
   * @param now  on the clock of the stutters
   */
  show(stats: ClientStats | undefined, stutters: readonly Stutter[], now: number): void {
    this.#graph.draw()
    const verdict = verdictOn(
      stutters.findLast(({ at }) => at <= now),
      { now, name: this.#name },
    )
    set('verdict', verdict)
    if (stats === undefined) return
    const { server, network, frame } = stats.stutters
    set('corrections', correctionsOf(stats))
    set('bytes', `${kilo(stats.bytesPerSecondIn)} down, ${kilo(stats.bytesPerSecondOut)} up`)
    set('stutters', `server ${server}, network ${network}, ${this.#name} ${frame}`)
  }
}

/** Returns in words what made the picture stop last. */
function verdictOn(stutter: Stutter | undefined, { now, name }: { now: number; name: string }): string {
  if (!stutter || now - stutter.at > RECENTLY_MS) return 'Nothing has stuttered lately.'
  const seconds = Math.round((now - stutter.at) / 1000)
  const when = seconds < 1 ? 'just now' : `${seconds} s ago`
  const client = name[0].toUpperCase() + name.slice(1)
  const cause = { server: 'The server', network: 'The network', frame: client }[stutter.cause]
  return `${cause} stuttered ${when}, for ${Math.round(stutter.ms)} ms. ${stutter.evidence}`
}

/** Returns how often the server corrected the own character, and what the last correction was. */
function correctionsOf({ corrections, lastCorrection: last }: ClientStats): string {
  if (!last) return String(corrections)
  const size = last.by === undefined ? '' : ` by ${last.by.toFixed(last.by < 10 ? 3 : 0)}`
  const unit = last.part === 'position' ? ' m' : ''
  return `${corrections}, the last: ${last.part}${size}${unit} in tick ${last.tick}`
}

function set(id: string, text: string): void {
  const element = byId(id)
  if (element.textContent !== text) element.textContent = text
}

function kilo(bytesPerSecond: number): string {
  return `${(bytesPerSecond / 1000).toFixed(2)} kB/s`
}
