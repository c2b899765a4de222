import type { CommandOf } from 'shardless'
import { idle, type town } from '../game/town.ts'
import type { Camera } from './camera.ts'
import { byId } from './element.ts'

type Command = CommandOf<typeof town>

/** The direction of each key, by its place on the keyboard, not its letter: WASD lies elsewhere on some. */
const keys: Readonly<Record<string, { east: number; north: number }>> = {
  KeyW: { east: 0, north: 1 },
  KeyA: { east: -1, north: 0 },
  KeyS: { east: 0, north: -1 },
  KeyD: { east: 1, north: 0 },
  ArrowUp: { east: 0, north: 1 },
  ArrowLeft: { east: -1, north: 0 },
  ArrowDown: { east: 0, north: -1 },
  ArrowRight: { east: 1, north: 0 },
}

/** The distances that a thumb moves before the player walks, and before they run, in CSS pixels. */
const stickDead = 12
const stickRun = 58
const stickMost = 44
/** The longest tap, and the time for which a resting mouse still aims, in ms. */
const tapMs = 250
const aimingMs = 5000

interface Point {
  readonly x: number
  readonly y: number
}

/** Reads the player's commands from keys, a thumb on the screen, or a mouse held down. */
export class Input {
  readonly #held = new Set<string>()
  readonly #stage: HTMLElement
  readonly #stick: HTMLElement
  readonly #camera: Camera
  /** The fingers on the screen; the first one steers. */
  readonly #fingers = new Map<number, { x: number; y: number }>()
  #steering: { id: number; fromX: number; fromY: number; x: number; y: number } | undefined
  #isRunning = false
  /** The last position of the mouse, and when. */
  #mouse = { x: 0, y: 0, at: Number.NEGATIVE_INFINITY }
  #touchedAt = 0
  #wave: () => void = () => {}
  #throw: (towards: Point | undefined) => void = () => {}
  #talk: () => void = () => {}
  #pick: () => void = () => {}

  constructor(stage: HTMLElement, stick: HTMLElement, camera: Camera) {
    this.#stage = stage
    this.#stick = stick
    this.#camera = camera
    addEventListener('keydown', (event) => this.#keyDown(event))
    addEventListener('keyup', (event) => this.#keyUp(event))
    addEventListener('blur', () => this.#letGo())
    document.addEventListener('visibilitychange', () => this.#letGo())
    stage.addEventListener('pointerdown', (event) => this.#pointerDown(event))
    stage.addEventListener('pointermove', (event) => this.#pointerMove(event))
    for (const end of ['pointerup', 'pointercancel'] as const) {
      stage.addEventListener(end, (event) => this.#pointerUp(event))
    }
    stage.addEventListener('wheel', (event) => camera.zoomBy(Math.exp(-event.deltaY * 0.0012)), {
      passive: true,
    })
    stage.addEventListener('contextmenu', (event) => {
      event.preventDefault()
      if (performance.now() - this.#touchedAt > tapMs * 4) this.#throw({ x: event.clientX, y: event.clientY })
    })
    byId('throw').addEventListener('click', () => this.#throw(undefined))
    byId('pick').addEventListener('click', () => this.#pick())
    byId('wave').addEventListener('click', () => this.#wave())
    byId('talk').addEventListener('click', () => this.#talk())
  }

  onWave(wave: () => void): void {
    this.#wave = wave
  }

  onPick(pick: () => void): void {
    this.#pick = pick
  }

  onTalk(talk: () => void): void {
    this.#talk = talk
  }

  /** @param throws called with the target, in CSS pixels; undefined for the direction one looks in */
  onThrow(throws: (towards: Point | undefined) => void): void {
    this.#throw = throws
  }

  get command(): Command {
    let [east, north] = [0, 0]
    for (const code of this.#held) {
      east += keys[code].east
      north += keys[code].north
    }
    if (east !== 0 || north !== 0)
      return { ...idle, east: Math.sign(east), north: Math.sign(north), isRunning: this.#isRunning }
    return this.#steered()
  }

  /** Returns the one of eight directions nearest to where the thumb points. */
  #steered(): Command {
    const steering = this.#steering
    if (!steering) return idle
    const [dx, dy] = [steering.x - steering.fromX, steering.fromY - steering.y]
    const distance = Math.hypot(dx, dy)
    if (distance < stickDead) return idle
    const eighth = Math.round(Math.atan2(dy, dx) / (Math.PI / 4))
    const angle = (eighth * Math.PI) / 4
    const isRunning = this.#isRunning || (this.#stick.classList.contains('held') && distance > stickRun)
    return { ...idle, east: Math.round(Math.cos(angle)), north: Math.round(Math.sin(angle)), isRunning }
  }

  #keyDown(event: KeyboardEvent): void {
    this.#isRunning = event.shiftKey
    if (isWanted(event) || event.ctrlKey || event.metaKey || event.altKey) return
    if (event.code in keys) {
      this.#held.add(event.code)
      event.preventDefault()
    } else if (event.repeat) return
    else if (event.code === 'KeyG') this.#wave()
    else if (event.code === 'KeyE') this.#pick()
    else if (event.code === 'Space') {
      const isAiming = performance.now() - this.#mouse.at < aimingMs
      this.#throw(isAiming ? this.#mouse : undefined)
      event.preventDefault()
    } else if (event.key === '+' || event.key === '=') this.#camera.zoomBy(1.15)
    else if (event.key === '-') this.#camera.zoomBy(1 / 1.15)
    else if (event.key === 'Enter') {
      this.#talk()
      event.preventDefault()
    }
  }

  #keyUp(event: KeyboardEvent): void {
    this.#isRunning = event.shiftKey
    this.#held.delete(event.code)
  }

  #pointerDown(event: PointerEvent): void {
    if (event.pointerType !== 'mouse') this.#touchedAt = performance.now()
    if (event.button !== 0) return
    // A tap beside a text field closes the screen keyboard.
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur()
    this.#stage.setPointerCapture(event.pointerId)
    const { clientX: x, clientY: y } = event
    this.#fingers.set(event.pointerId, { x, y })
    if (this.#steering) return
    const isThumb = event.pointerType !== 'mouse'
    // A thumb steers from where it came down; a mouse from the middle, where we stand.
    const { x: fromX, y: fromY } = isThumb ? { x, y } : this.#camera.middle
    this.#steering = { id: event.pointerId, fromX, fromY, x, y }
    this.#stick.classList.toggle('held', isThumb)
    this.#moveStick()
  }

  #pointerMove(event: PointerEvent): void {
    if (event.pointerType === 'mouse')
      this.#mouse = { x: event.clientX, y: event.clientY, at: performance.now() }
    const finger = this.#fingers.get(event.pointerId)
    if (!finger) return
    const spread = this.#spread()
    finger.x = event.clientX
    finger.y = event.clientY
    if (spread > 0) {
      this.#camera.zoomBy(this.#spread() / spread)
      return
    }
    if (this.#steering?.id !== event.pointerId) return
    this.#steering.x = event.clientX
    this.#steering.y = event.clientY
    this.#moveStick()
  }

  #pointerUp(event: PointerEvent): void {
    this.#fingers.delete(event.pointerId)
    const steering = this.#steering
    if (steering?.id !== event.pointerId) return
    const { x, y, fromX, fromY } = steering
    const isTap = Math.hypot(x - fromX, y - fromY) < stickDead && performance.now() - this.#touchedAt < tapMs
    if (event.pointerType !== 'mouse' && event.type === 'pointerup' && isTap) this.#throw({ x, y })
    this.#steering = undefined
    this.#stick.classList.remove('held')
  }

  /** Returns the distance between two fingers; 0 unless there are two. */
  #spread(): number {
    if (this.#fingers.size !== 2) return 0
    const [a, b] = [...this.#fingers.values()]
    return Math.hypot(a.x - b.x, a.y - b.y)
  }

  #moveStick(): void {
    const steering = this.#steering
    if (!steering) return
    const [dx, dy] = [steering.x - steering.fromX, steering.y - steering.fromY]
    const share = Math.min(1, stickMost / (Math.hypot(dx, dy) || 1))
    this.#stick.style.left = `${steering.fromX}px`
    this.#stick.style.top = `${steering.fromY}px`
    const knob = this.#stick.firstElementChild as HTMLElement
    knob.style.translate = `${dx * share}px ${dy * share}px`
  }

  /** Releases everything held, as when the window loses focus. */
  #letGo(): void {
    this.#held.clear()
    this.#fingers.clear()
    this.#steering = undefined
    this.#stick.classList.remove('held')
  }
}

/** Returns whether the focused part of the page needs this key for itself. */
function isWanted({ target, code }: KeyboardEvent): boolean {
  if (target instanceof HTMLButtonElement) return code === 'Space' || code === 'Enter'
  if (target instanceof HTMLSelectElement) return true
  if (!(target instanceof HTMLInputElement)) return false
  if (target.type === 'range') return code.startsWith('Arrow')
  return target.type !== 'checkbox' || code === 'Space'
}
