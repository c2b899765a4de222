import type { Client, Switches } from 'shardless/client'
import type { WeatherAir } from 'shardless/lab'
import type { town } from '../game/town.ts'
import { Chips } from './chips.ts'
import { ClusterPanel } from './cluster-panel.ts'
import { byId } from './element.ts'
import { HalfMinute } from './half-minute.ts'
import type { Stage } from './stage.ts'
import { WeatherDials } from './weather-dials.ts'

/** The time between two updates of the numbers, in ms. */
const every = 250
/** How long this page is blocked to simulate a stutter, in ms. */
const heldMs = 400

/** The hours to choose from; undefined for the town's own. */
const hours = [
  ['as in the town', undefined],
  ['noon', 12],
  ['dusk', 19.5],
  ['midnight', 0],
] as const

/**
 * Shows the developer's panel: simulated network conditions for this page's connection, switches for the engine's
 * means against them, and the state of the connection. It is closed at first; the game goes on while it is open.
 */
export class Panel {
  readonly #panel = byId('panel')
  readonly #button = byId('lab')
  readonly #stage: Stage
  readonly #processes: ClusterPanel
  readonly #halfMinute = new HalfMinute('this page')
  #client: Client<typeof town> | undefined
  #lookedAt = 0

  constructor(air: WeatherAir, stage: Stage) {
    this.#stage = stage
    this.#processes = new ClusterPanel(stage.overlay.cluster)
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
    this.#processes.follow(client)
    this.#halfMinute.clear()
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
    this.#halfMinute.add(stats)
    if (this.#panel.hidden) return
    this.#processes.update(this.#stage.overlay.showsProcesses)
    this.#makeRoom()
    this.#halfMinute.show(stats, client.stutters.stutters, performance.now())
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
      else if (name === 'processes') overlay.showsProcesses = checked
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

/** Blocks the page for a while. */
function hold(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end; );
}
