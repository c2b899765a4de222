import type { Client, ClientStats, Stutter, Switches } from 'shardless/client'
import type { WeatherAir } from 'shardless/lab'
import type { town } from '../game/town.ts'
import { Chips } from './chips.ts'
import { byId } from './element.ts'
import { Graph } from './graph.ts'
import type { Stage } from './stage.ts'
import { WeatherDials } from './weather-dials.ts'

/** The time between two updates of the numbers, in ms. */
const every = 250
/** The age at which a stutter is no longer shown, in ms. */
const recently = 30_000
/** How long this page is blocked to simulate a stutter, in ms. */
const heldMs = 400

/** The hours to choose from; undefined for the town's own. */
const hours = [
  ['as in the town', undefined],
  ['noon', 12],
  ['dusk', 19.5],
  ['midnight', 0],
] as const

const causes = { server: 'The server', network: 'The network', frame: 'This page' } as const

/**
 * Shows the developer's panel: simulated network conditions for this page's connection, switches for the engine's
 * means against them, and the state of the connection. It is closed at first; the game goes on while it is open.
 */
export class Panel {
  readonly #panel = byId('panel')
  readonly #button = byId('lab')
  readonly #stage: Stage
  readonly #graph = new Graph(byId<HTMLCanvasElement>('graph'))
  #client: Client<typeof town> | undefined
  #lookedAt = 0

  constructor(air: WeatherAir, stage: Stage) {
    this.#stage = stage
    new WeatherDials(air)
    this.#button.addEventListener('click', () => this.toggle())
    byId('shut').addEventListener('click', () => this.toggle(false))
    byId('hold-page').addEventListener('click', () => hold(heldMs))
    addEventListener('keydown', (event) => this.#keyDown(event))
    // Whoever used the mouse goes on walking with the keys: they must not end in a slider.
    addEventListener('pointerup', () => {
      if (this.#hasFocus) (document.activeElement as HTMLElement).blur()
    })
    for (const box of this.#boxes) box.addEventListener('change', () => this.#apply())
    const chips = new Chips(
      'hours',
      hours.map(([name]) => name),
      (index) => {
        this.#stage.hour = hours[index][1]
        chips.chosen = index
      },
    )
    chips.chosen = 0
  }

  /** Switches to another connection, and keeps the switches as they were. */
  follow(client: Client<typeof town>): void {
    this.#client = client
    this.#graph.clear()
    this.#apply()
  }

  toggle(isOpen = this.#panel.hidden): void {
    const hadFocus = this.#hasFocus
    this.#panel.hidden = !isOpen
    this.#button.setAttribute('aria-expanded', String(isOpen))
    if (isOpen) this.#panel.focus({ preventScroll: true })
    else if (hadFocus) this.#button.focus()
    this.#apply()
  }

  update(now: number): void {
    const client = this.#client
    if (!client || now - this.#lookedAt < every) return
    this.#lookedAt = now
    const { stats } = client
    this.#graph.add(stats)
    if (this.#panel.hidden) return
    this.#makeRoom()
    this.#graph.draw()
    set('corrections', correctionsOf(stats))
    set('bytes', `${kilo(stats.bytesPerSecondIn)} down, ${kilo(stats.bytesPerSecondOut)} up`)
    const { server, network, frame } = stats.stutters
    set('stutters', `server ${server}, network ${network}, this page ${frame}`)
    set('verdict', verdictOn(client.stutters.stutters.at(-1), now))
  }

  #keyDown(event: KeyboardEvent): void {
    const isTyping = event.target instanceof HTMLInputElement && event.target.type === 'text'
    if (isTyping || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return
    if (event.code === 'KeyL') this.toggle()
    else if (event.key === 'Escape' && !this.#panel.hidden) this.toggle(false)
  }

  get #hasFocus(): boolean {
    return this.#panel.contains(document.activeElement)
  }

  get #boxes(): HTMLInputElement[] {
    return [...this.#panel.querySelectorAll<HTMLInputElement>('input[type=checkbox]')]
  }

  #apply(): void {
    const { overlay } = this.#stage
    for (const { name, checked } of this.#boxes) {
      if (name === 'interest') overlay.showsInterest = checked
      else if (this.#client) this.#client.switches[name as keyof Switches] = checked
    }
    overlay.showsTold = !this.#panel.hidden
    this.#makeRoom()
  }

  /** Centres the camera on the area that the panel leaves free: beside it, or above it on small screens. */
  #makeRoom(): void {
    const { left, right, top, width } = this.#panel.getBoundingClientRect()
    const isAbove = left + width > innerWidth * 0.6
    const covered = { left: isAbove ? 0 : right, bottom: isAbove ? innerHeight - top : 0 }
    this.#stage.camera.covered = this.#panel.hidden ? { left: 0, bottom: 0 } : covered
  }
}

/** Returns in words what made the picture stop last. */
function verdictOn(stutter: Stutter | undefined, now: number): string {
  if (!stutter || now - stutter.at > recently) return 'Nothing has stuttered lately.'
  const seconds = Math.round((now - stutter.at) / 1000)
  const when = seconds < 1 ? 'just now' : `${seconds} s ago`
  return `${causes[stutter.cause]} stuttered ${when}, for ${Math.round(stutter.ms)} ms. ${stutter.evidence}`
}

/** Returns how often the server corrected us, and what the last correction was. */
function correctionsOf({ corrections, lastCorrection: last }: ClientStats): string {
  if (!last) return String(corrections)
  const size = last.by === undefined ? '' : ` by ${last.by.toFixed(last.by < 10 ? 3 : 0)}`
  const unit = last.part === 'position' ? ' m' : ''
  return `${corrections}, the last: ${last.part}${size}${unit} in tick ${last.tick}`
}

/** Blocks the page for a while. */
function hold(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end; );
}

function set(id: string, text: string): void {
  const element = byId(id)
  if (element.textContent !== text) element.textContent = text
}

function kilo(bytesPerSecond: number): string {
  return `${(bytesPerSecond / 1000).toFixed(2)} kB/s`
}
