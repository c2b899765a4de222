import type { CommandOf, Vector2, WorldMap } from 'shardless'
import type { RecordedWorld } from 'shardless/lab'
import { town, type Walker } from '../game/town.ts'
import { byId } from './element.ts'
import type { Stage } from './stage.ts'

const speeds = [0.25, 0.5, 1, 2, 4, 16] as const
/** The time between two updates of the numbers, in ms. */
const every = 200
/** The speed of the camera, normal and fast, in metres per second. */
const flight = 18
const haste = 45
/** How far the keys , and . jump back and forward, in seconds. */
const leap = 5
/** The distance within which a click selects somebody, in metres. */
const clickReach = 1.4

/**
 * Plays a recording on the stage, with controls: pause, speed, any moment, whom to follow. The walking keys fly
 * over the town.
 */
export class Replay {
  world: RecordedWorld<typeof town>
  readonly #stage: Stage
  readonly #map: WorldMap
  readonly #run = byId('run')
  readonly #seek = byId<HTMLInputElement>('seek')
  readonly #speed = byId<HTMLSelectElement>('speed')
  readonly #followed = byId<HTMLSelectElement>('followed')
  /** The point that the camera looks at, in metres on the map. */
  readonly #eye: { x: number; y: number }
  #lookedAt = 0
  #names = ''

  constructor(world: RecordedWorld<typeof town>, { stage, map }: { stage: Stage; map: WorldMap }) {
    this.#stage = stage
    this.#map = map
    this.#eye = { x: map.width / 2, y: map.height / 2 }
    this.#seek.addEventListener('input', () =>
      this.world.seek(this.world.firstTick + this.#seek.valueAsNumber),
    )
    this.#run.addEventListener('click', () => this.toggle())
    this.#speed.append(...speeds.map((times) => new Option(`${times}×`, String(times))))
    this.#speed.addEventListener('change', () => {
      this.world.speed = Number(this.#speed.value)
    })
    byId('leave').addEventListener('click', () => location.assign(location.pathname))
    addEventListener('keydown', (event) => this.#keyDown(event))
    stage.canvas.parentElement?.addEventListener('click', (event) => this.#click(event))
    this.world = world
    this.show(world)
  }

  /** Plays this recording from its start. */
  show(world: RecordedWorld<typeof town>): void {
    this.world = world
    this.#seek.max = String(world.lastTick - world.firstTick)
    this.#speed.value = '1'
    world.play()
    this.#showNames()
    const [first] = world.entities('walker')
    this.#followed.value = String(first?.id ?? '')
  }

  /** The walker that the camera follows. */
  get followed(): Walker | undefined {
    const found = this.world.get(Number(this.#followed.value))
    return found?.kind === 'walker' ? found : undefined
  }

  get eye(): Readonly<Vector2> {
    return this.#eye
  }

  toggle(): void {
    if (this.world.isPlaying) this.world.pause()
    else this.world.play()
  }

  /** Draws one picture; `command` moves the camera. */
  frame(
    { east, north, isRunning }: CommandOf<typeof town>,
    { now, seconds }: { now: number; seconds: number },
  ): void {
    this.world.frame()
    const { followed } = this
    if (followed && (east !== 0 || north !== 0)) this.#followed.value = ''
    if (followed) Object.assign(this.#eye, followed.position)
    const metres = (isRunning ? haste : flight) * seconds
    this.#eye.x = Math.max(0, Math.min(this.#map.width, this.#eye.x + east * metres))
    this.#eye.y = Math.max(0, Math.min(this.#map.height, this.#eye.y + north * metres))
    if (now - this.#lookedAt < every) return
    this.#lookedAt = now
    this.#show()
  }

  #show(): void {
    const { world } = this
    const { tick, firstTick, seconds, isBroken, isCutShort } = world.stats
    const name = world.isPlaying ? 'Pause' : 'Play'
    if (this.#run.getAttribute('aria-label') !== name) this.#run.setAttribute('aria-label', name)
    this.#seek.valueAsNumber = Math.floor(tick - firstTick)
    const at = (tick - firstTick) * town.secondsPerTick
    byId('moment').textContent = `${clock(at)} / ${clock(seconds)}`
    this.#seek.setAttribute('aria-valuetext', clock(at))
    const trouble = isCutShort ? 'The recording was cut short: its end is missing.' : ''
    byId('cut').textContent = isBroken ? 'What follows in the recording makes no sense.' : trouble
    this.#showNames()
  }

  #showNames(): void {
    // A list that is open is left alone.
    if (document.activeElement === this.#followed) return
    const walkers = [...this.world.entities('walker')].sort((a, b) => a.name.localeCompare(b.name))
    const names = walkers.map(({ id, name }) => `${id} ${name}`).join('\n')
    if (names === this.#names) return
    this.#names = names
    const { value } = this.#followed
    this.#followed.replaceChildren(
      new Option('nobody', ''),
      ...walkers.map(({ id, name }) => new Option(name, String(id))),
    )
    this.#followed.value = walkers.some(({ id }) => String(id) === value) ? value : ''
  }

  #keyDown({ target, code, key, repeat }: KeyboardEvent): void {
    if (target instanceof HTMLButtonElement || target instanceof HTMLSelectElement) return
    if (code === 'Space' && !repeat) this.toggle()
    else if (key === ',' || key === '.') {
      const ticks = leap * town.ticksPerSecond
      this.world.seek(this.world.stats.tick + (key === ',' ? -ticks : ticks))
    }
  }

  /** Follows the person who was clicked. */
  #click({ clientX, clientY }: MouseEvent): void {
    const { camera } = this.#stage
    let nearest: Walker | undefined
    let least = clickReach * camera.scale
    for (const walker of this.world.entities('walker')) {
      const { x, y } = camera.toScreen({
        x: walker.position.x,
        y: this.#map.height - walker.position.y - 0.6,
      })
      const distance = Math.hypot(x - clientX, y - clientY)
      if (distance > least) continue
      nearest = walker
      least = distance
    }
    if (nearest) this.#followed.value = String(nearest.id)
  }
}

/** Formats seconds as "1:05". */
function clock(seconds: number): string {
  const whole = Math.floor(seconds)
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`
}
