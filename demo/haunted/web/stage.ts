import { Sight, type WorldMap } from 'shardless'
import { colours } from '../game/colours.ts'
import type { Soul } from '../game/haunted.ts'
import { bodySide, height, lanternReach, sightReach, width } from '../game/measure.ts'
import type { Session } from './session.ts'
import type { Sound } from './sound.ts'

/** The fewest pixels of the page that a metre takes: on small screens the picture follows the own soul. */
const SCALE_LEAST = 15
/** How dark the dark is, and what is lit and out of sight; 0 to 1. */
const DARK = 0.94
const OUT_OF_SIGHT = 0.5
/** From how far a step is heard, in metres, and how long one is. */
const HEARING = 16
const STEP = 1.3
/** How far the own eyes make out the floor in the dark, in metres. */
const GLIMMER = 3.2

interface Walker {
  x: number
  y: number
  way: number
}

/**
 * Draws the house: floor and walls, then the dark with what lamps and lanterns light cut out of it, then those whom
 * the server shows. What walls hide from the own eyes is dimmer.
 */
export class Stage {
  readonly #canvas: HTMLCanvasElement
  readonly #context: CanvasRenderingContext2D
  /** The dark, drawn aside. */
  readonly #dark = document.createElement('canvas')
  readonly #walkers = new Map<number, Walker>()
  readonly #lamps = new Map<
    number,
    { readonly polygon: Float64Array; readonly x: number; readonly y: number }
  >()
  #ground: WorldMap | undefined
  #sight: Sight | undefined
  #floor: HTMLCanvasElement | undefined
  #scale = 1
  #left = 0
  #top = 0

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas
    this.#context = canvas.getContext('2d') as CanvasRenderingContext2D
  }

  /** Draws one picture. @param at  seconds on the page's clock */
  draw(session: Session | undefined, sound: Sound, at: number): void {
    const context = this.#context
    const ratio = Math.min(2, devicePixelRatio)
    const [wide, high] = [Math.round(innerWidth * ratio), Math.round(innerHeight * ratio)]
    for (const canvas of [this.#canvas, this.#dark])
      if (canvas.width !== wide || canvas.height !== high) {
        canvas.width = wide
        canvas.height = high
      }
    context.setTransform(1, 0, 0, 1, 0, 0)
    context.fillStyle = '#0b0d14'
    context.fillRect(0, 0, wide, high)
    const { client } = session ?? {}
    const ground = client?.map?.ground
    if (!session || !client || !session.match || !ground || ground.width !== width) return
    if (ground !== this.#ground) this.#takeOver(ground)
    const { me } = client
    const { followed } = session
    const watched = me ?? [...client.entities('soul')].find(({ name }) => name === followed)
    this.#aim(ratio, watched)
    this.#toHouse(context)
    if (this.#floor) context.drawImage(this.#floor, 0, -height, width, height)
    const souls = [...client.entities('soul')]
    const isNight = session.match.phase === 'hunt' || session.match.phase === 'result'
    if (isNight) this.#drawNight(session, souls, me)
    else this.#drawLamps(session)
    for (const soul of souls) this.#drawSoul(soul, soul.id === me?.id, at)
    this.#hearSteps(souls, me, sound)
  }

  #takeOver(ground: WorldMap): void {
    this.#ground = ground
    this.#sight = new Sight({ map: ground, reach: sightReach })
    this.#lamps.clear()
    this.#floor = paintFloor(ground)
  }

  /** Decides which part of the house is on the page: all of it, or what is around the own soul. */
  #aim(ratio: number, me: Soul | undefined): void {
    const bar = 48 * ratio
    const [wide, high] = [this.#canvas.width, this.#canvas.height - bar]
    const whole = Math.min(wide / width, high / height)
    this.#scale = Math.max(whole, SCALE_LEAST * ratio)
    const { x, y } = me?.position ?? { x: width / 2, y: height / 2 }
    const edge = (size: number, room: number, at: number): number =>
      size * this.#scale <= room
        ? (room - size * this.#scale) / 2
        : Math.min(0, Math.max(room - size * this.#scale, room / 2 - at * this.#scale))
    this.#left = edge(width, wide, x)
    this.#top = bar + edge(height, high, height - y)
  }

  /** From now on one draws in metres, north down negative: y of the house is -y of the canvas. */
  #toHouse(context: CanvasRenderingContext2D): void {
    context.setTransform(this.#scale, 0, 0, this.#scale, this.#left, this.#top + height * this.#scale)
  }

  #drawLamps(session: Session): void {
    const context = this.#context
    for (const { x, y, isOn } of session.client.entities('lamp')) {
      context.fillStyle = isOn ? '#ffe9a8' : '#6b6556'
      context.fillRect(x - 0.32, -y - 0.32, 0.64, 0.64)
    }
  }

  #drawNight(session: Session, souls: readonly Soul[], me: Soul | undefined): void {
    const sight = this.#sight
    const dark = this.#dark.getContext('2d') as CanvasRenderingContext2D
    if (!sight) return
    dark.setTransform(1, 0, 0, 1, 0, 0)
    dark.globalCompositeOperation = 'source-over'
    dark.clearRect(0, 0, this.#dark.width, this.#dark.height)
    dark.fillStyle = `rgba(5, 6, 14, ${DARK})`
    dark.fillRect(0, 0, this.#dark.width, this.#dark.height)
    this.#toHouse(dark)
    dark.globalCompositeOperation = 'destination-out'
    for (const { id, x, y, reach, isOn } of session.client.entities('lamp')) {
      let lamp = this.#lamps.get(id)
      if (!lamp) this.#lamps.set(id, (lamp = { x, y, polygon: sight.polygon({ x, y }, { reach }) }))
      if (isOn) shine(dark, lamp.polygon, { x, y, reach, strength: 1 })
    }
    const hasEyes = me !== undefined
    for (const { position, team } of souls)
      if (team === 'seekers')
        shine(dark, sight.polygon(position, { reach: lanternReach }), {
          ...{ x: position.x, y: position.y, reach: lanternReach, strength: 1 },
        })
    if (hasEyes) {
      const { x, y } = me.position
      shine(dark, sight.polygon(me.position, { reach: GLIMMER }), { x, y, reach: GLIMMER, strength: 0.6 })
    }
    const context = this.#context
    this.#drawLamps(session)
    context.setTransform(1, 0, 0, 1, 0, 0)
    context.drawImage(this.#dark, 0, 0)
    this.#toHouse(context)
    if (!hasEyes) return
    // Behind walls: lit or not, the own eyes do not get there.
    context.beginPath()
    context.rect(-1, -height - 1, width + 2, height + 2)
    trace(context, sight.polygon(me.position, { reach: sightReach * 2 }))
    context.fillStyle = `rgba(5, 6, 14, ${OUT_OF_SIGHT})`
    context.fill('evenodd')
  }

  /** Draws somebody: a seeker with a lantern and a hat, a hider as a ghost; the shape says it as well as the colour. */
  #drawSoul({ position, heading, team, colour, name }: Soul, isOwn: boolean, at: number): void {
    const context = this.#context
    const { x, y } = position
    const half = bodySide / 2
    context.save()
    context.translate(x, -y)
    context.fillStyle = `rgb(${(colours[colour]?.rgb ?? [255, 255, 255]).join(',')})`
    context.strokeStyle = isOwn ? '#ffffff' : '#05060e'
    context.lineWidth = isOwn ? 0.16 : 0.1
    context.beginPath()
    if (team === 'seekers') context.roundRect(-half, -half, bodySide, bodySide, 0.15)
    else if (team === 'hiders') {
      context.arc(0, -half * 0.15, half * 0.95, Math.PI, 0)
      const hem = half + 0.06 * Math.sin(at * 6 + x)
      for (let i = 0; i <= 6; i++)
        context.lineTo(half * 0.95 * (1 - i / 3), i % 2 === 0 ? hem : hem - half * 0.4)
      context.closePath()
    } else context.arc(0, 0, half * 0.8, 0, 2 * Math.PI)
    context.fill()
    context.stroke()
    const [east, north] = [Math.cos(heading), Math.sin(heading)]
    if (team === 'seekers') {
      context.fillStyle = '#fff3c4'
      context.beginPath()
      context.arc(east * half * 1.25, -north * half * 1.25, 0.26, 0, 2 * Math.PI)
      context.fill()
    }
    context.fillStyle = '#05060e'
    for (const side of [-0.22, 0.22]) {
      context.beginPath()
      context.arc(side + east * 0.14, -0.12 - north * 0.14, 0.1, 0, 2 * Math.PI)
      context.fill()
    }
    context.font = '0.85px system-ui, sans-serif'
    context.textAlign = 'center'
    context.lineWidth = 0.22
    context.strokeStyle = '#05060ecc'
    context.fillStyle = '#f1ead8'
    context.strokeText(name, 0, half + 0.95)
    context.fillText(name, 0, half + 0.95)
    context.restore()
  }

  /** Sounds the steps of all who walk in view. */
  #hearSteps(souls: readonly Soul[], me: Soul | undefined, sound: Sound): void {
    const ears = me?.position ?? { x: width / 2, y: height / 2 }
    const here = new Set<number>()
    for (const { id, position, team } of souls) {
      here.add(id)
      const { x, y } = position
      const walker = this.#walkers.get(id)
      if (!walker) {
        this.#walkers.set(id, { x, y, way: 0 })
        continue
      }
      const stride = Math.hypot(x - walker.x, y - walker.y)
      walker.way += stride > 3 ? 0 : stride
      walker.x = x
      walker.y = y
      if (walker.way < STEP) continue
      walker.way = 0
      const far = Math.hypot(x - ears.x, y - ears.y)
      sound.step(
        Math.max(0, 1 - far / HEARING),
        Math.max(-1, Math.min(1, (x - ears.x) / HEARING)),
        team === 'seekers',
      )
    }
    for (const id of this.#walkers.keys()) if (!here.has(id)) this.#walkers.delete(id)
  }
}

/** Adds a polygon to a path. */
function trace(context: CanvasRenderingContext2D, corners: Float64Array): void {
  for (let i = 0; i < corners.length; i += 2)
    if (i === 0) context.moveTo(corners[i], -corners[i + 1])
    else context.lineTo(corners[i], -corners[i + 1])
  context.closePath()
}

/** Lights a piece of ground, fading towards the end of the light's reach. */
function shine(
  context: CanvasRenderingContext2D,
  polygon: Float64Array,
  { x, y, reach, strength }: { x: number; y: number; reach: number; strength: number },
): void {
  const glow = context.createRadialGradient(x, -y, 0, x, -y, reach)
  glow.addColorStop(0, `rgba(0, 0, 0, ${strength})`)
  glow.addColorStop(0.55, `rgba(0, 0, 0, ${strength * 0.85})`)
  glow.addColorStop(1, 'rgba(0, 0, 0, 0)')
  context.fillStyle = glow
  context.beginPath()
  trace(context, polygon)
  context.fill()
}

/** Paints floor and walls once. */
function paintFloor({ solids }: WorldMap): HTMLCanvasElement {
  const scale = 16
  const canvas = document.createElement('canvas')
  canvas.width = width * scale
  canvas.height = height * scale
  const context = canvas.getContext('2d') as CanvasRenderingContext2D
  context.scale(scale, scale)
  context.fillStyle = '#5a4a3c'
  context.fillRect(0, 0, width, height)
  // Boards.
  for (let row = 0; row < height; row += 1.5)
    for (let at = -((row * 7) % 6); at < width; at += 6) {
      context.fillStyle = `hsl(28 22% ${31 + ((row * 13 + at * 5) % 5)}%)`
      context.fillRect(at, row, 5.92, 1.44)
    }
  for (const solid of solids) {
    if (solid.shape !== 'box' || solid.kind === 'water') continue
    const [x, y, w, h] = [solid.x0, height - solid.y1, solid.x1 - solid.x0, solid.y1 - solid.y0]
    context.fillStyle = '#0007'
    context.fillRect(x + 0.2, y + 0.25, w, h)
    context.fillStyle = '#8d8796'
    context.fillRect(x, y, w, h)
    context.fillStyle = '#a9a3b3'
    context.fillRect(x, y, w, Math.min(0.22, h))
  }
  return canvas
}
