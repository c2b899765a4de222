import { Container, Sprite, Texture } from 'pixi.js'
import { alone, type Vector2, type WorldMap } from 'shardless'
import { flightTicks, type Lantern, throwSpeed, town } from '../game/town.ts'
import { blank } from './paint/brush.ts'
import { palette, veil } from './palette.ts'

/** The duration of a flight, in seconds. */
const flightSeconds = flightTicks * town.secondsPerTick
/** The height of a lantern's flight, in metres. */
const height = 0.9
const pixels = 96

/** One lantern on the screen. */
interface Thrown {
  readonly shadow: Sprite
  readonly body: Sprite
  /** The drawn position, in metres on the map. */
  readonly at: { x: number; y: number }
  /** The flight path of a lantern that we throw ourselves. */
  readonly way: { from: Vector2; to: Vector2 } | undefined
  age: number
}

/** Draws thrown lanterns: in the air, then on the ground. */
export class Lanterns {
  readonly view = new Container({ sortableChildren: true })
  readonly #map: WorldMap
  readonly #shadow = Texture.from(painted(paintShadow), true)
  readonly #body = Texture.from(painted(paintBody), true)
  readonly #thrown = new Map<number, Thrown>()

  constructor(map: WorldMap) {
    this.#map = map
  }

  /** The drawn position of each lantern, in metres on the map. */
  get places(): Iterable<Readonly<Vector2>> {
    return [...this.#thrown.values()].map(({ at }) => at)
  }

  /**
   * Draws these lanterns, and only these.
   *
   * @param me  our own id: our throws are shown at their predicted place for the whole flight, ahead of the server
   */
  update(lanterns: Iterable<Lantern>, me: number | undefined, seconds: number): void {
    const gone = new Set(this.#thrown.keys())
    const fresh: Lantern[] = []
    for (const lantern of lanterns) {
      gone.delete(lantern.id)
      const thrown = this.#thrown.get(lantern.id)
      if (thrown) this.#move(thrown, lantern, seconds)
      else fresh.push(lantern)
    }
    for (const lantern of fresh) {
      // What was foreseen under a number of our own goes on under the server's.
      const foreseen = lantern.by === me ? [...gone].find((id) => id < 0) : undefined
      const thrown = (foreseen && this.#thrown.get(foreseen)) || this.#begin(lantern)
      if (foreseen) this.#thrown.delete(foreseen)
      if (foreseen) gone.delete(foreseen)
      this.#thrown.set(lantern.id, thrown)
      this.#move(thrown, lantern, seconds)
    }
    for (const id of gone) {
      const { shadow, body } = this.#thrown.get(id) as Thrown
      shadow.destroy()
      body.destroy()
      this.#thrown.delete(id)
    }
  }

  #begin(lantern: Lantern): Thrown {
    const sprite = (texture: Texture, metres: number): Sprite => {
      const made = new Sprite({ texture, anchor: 0.5 })
      made.setSize(metres)
      this.view.addChild(made)
      return made
    }
    const [shadow, body] = [sprite(this.#shadow, 0.7), sprite(this.#body, 0.9)]
    const at = { ...lantern.position }
    const way = lantern.id < 0 ? { from: at, to: this.#landing(lantern) } : undefined
    return { shadow, body, at: { ...at }, way, age: 0 }
  }

  /** Returns where it will fall if nobody is in its way. */
  #landing(lantern: Lantern): Vector2 {
    const copy = { ...lantern, position: { ...lantern.position } }
    const near = alone(town, this.#map)
    for (let tick = 0; tick < flightTicks && copy.flight > 0; tick++) town.moves?.lantern?.(copy, near)
    return copy.position
  }

  #move(thrown: Thrown, lantern: Lantern, seconds: number): void {
    const { at, way, shadow, body } = thrown
    thrown.age += seconds
    const isDown = lantern.flight === 0
    if (way && !isDown) {
      const length = Math.hypot(way.to.x - way.from.x, way.to.y - way.from.y)
      const share = Math.min(1, (thrown.age / flightSeconds) * (fullLength / Math.max(0.1, length)))
      at.x = way.from.x + (way.to.x - way.from.x) * share
      at.y = way.from.y + (way.to.y - way.from.y) * share
    } else {
      // Where it fell may differ from where we saw it fall: it rolls there.
      const share = way ? 1 - Math.exp(-seconds * 10) : 1
      at.x += (lantern.position.x - at.x) * share
      at.y += (lantern.position.y - at.y) * share
    }
    const rise = isDown ? 0 : Math.sin(Math.PI * Math.min(1, thrown.age / flightSeconds)) * height
    shadow.position.set(at.x, this.#map.height - at.y)
    body.position.set(at.x, this.#map.height - at.y - 0.15 - rise)
    body.rotation = isDown ? 0 : Math.sin(thrown.age * 9) * 0.5
    shadow.zIndex = 0
    body.zIndex = 1
  }
}

/** The length of an unobstructed flight, in metres. */
const fullLength = flightSeconds * throwSpeed

function painted(paint: (ctx: CanvasRenderingContext2D) => void): HTMLCanvasElement {
  const ctx = blank(pixels, pixels)
  ctx.translate(pixels / 2, pixels / 2)
  ctx.scale(pixels, pixels)
  paint(ctx)
  return ctx.canvas
}

function paintShadow(ctx: CanvasRenderingContext2D): void {
  ctx.fillStyle = veil(palette.shade, 0.35)
  ctx.beginPath()
  ctx.ellipse(0, 0.05, 0.3, 0.16, 0, 0, 2 * Math.PI)
  ctx.fill()
}

/** Paints a small lantern with a handle, in its own light. */
function paintBody(ctx: CanvasRenderingContext2D): void {
  const glow = ctx.createRadialGradient(0, 0, 0, 0, 0, 0.5)
  glow.addColorStop(0, veil(palette.lamp, 0.9))
  glow.addColorStop(0.4, veil(palette.lamp, 0.3))
  glow.addColorStop(1, veil(palette.lamp, 0))
  ctx.fillStyle = glow
  ctx.fillRect(-0.5, -0.5, 1, 1)
  ctx.strokeStyle = palette.ink
  ctx.lineWidth = 0.035
  ctx.beginPath()
  ctx.arc(0, -0.14, 0.09, Math.PI, 0)
  ctx.stroke()
  ctx.fillStyle = palette.ink
  ctx.fillRect(-0.12, -0.16, 0.24, 0.34)
  ctx.fillStyle = '#fff1c4'
  ctx.fillRect(-0.085, -0.11, 0.17, 0.24)
}
