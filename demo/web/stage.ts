import { Application, Container } from 'pixi.js'
import type { WorldMap } from 'shardless'
import type { Walker } from '../game/town.ts'
import { Camera } from './camera.ts'
import { Covers } from './covers.ts'
import { Crowd } from './crowd.ts'
import { Crowns } from './crowns.ts'
import { Glimmer } from './glimmer.ts'
import { Ground } from './ground.ts'
import { GroundPainter } from './paint/chunk.ts'
import { drawnOf } from './paint/piece.ts'
import { coversOf } from './paint/roof.ts'
import { palette } from './palette.ts'

/** Pixels a metre of what is painted once; more than this is not seen and costs memory. */
const resolutionMost = 48

/**
 * The picture: layers over each other, one camera.
 *
 *     ground, glimmer, people, roofs, leaves   in metres, moved by the camera
 *     names and bubbles                        in CSS pixels
 */
export class Stage {
  readonly camera: Camera
  readonly crowd: Crowd
  readonly #app: Application
  readonly #world = new Container()
  readonly #map: WorldMap
  readonly #ground: Ground
  readonly #glimmer: Glimmer
  readonly #covers: Covers
  readonly #crowns: Crowns
  readonly #isCalm: boolean
  #hasPlayed = false
  #time = 0

  static async create(host: HTMLElement, map: WorldMap): Promise<Stage> {
    const app = new Application()
    const isFast = hasGraphicsCard()
    await app.init({
      preference: isFast ? ['webgl', 'canvas'] : 'canvas',
      antialias: false,
      autoDensity: true,
      autoStart: false,
      background: palette.grassDark,
      resolution: Math.min(devicePixelRatio, isFast ? 2.5 : 1.25),
      resizeTo: host,
    })
    app.canvas.setAttribute('aria-hidden', 'true')
    host.append(app.canvas)
    return new Stage(app, map)
  }

  constructor(app: Application, map: WorldMap) {
    this.#app = app
    this.#map = map
    const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches
    this.#isCalm = isCalm
    this.camera = new Camera(map)
    this.camera.resize(app.screen.width, app.screen.height)
    const { solids, decor } = drawnOf(map)
    const painter = new GroundPainter(
      map,
      Math.min(resolutionMost, Math.ceil(this.camera.scale * app.renderer.resolution)),
    )
    this.#ground = new Ground(painter)
    this.#glimmer = new Glimmer({ solids, decor }, isCalm)
    this.#crowns = new Crowns(solids, isCalm)
    this.crowd = new Crowd(map.height, isCalm)
    this.#covers = new Covers(coversOf(decor), painter, this.crowd.outdoors)
    this.#world.addChild(
      this.#ground.view,
      this.#glimmer.low,
      this.crowd.indoors,
      this.#covers.view,
      this.crowd.outdoors,
      this.#crowns.view,
      this.#glimmer.high,
    )
    app.stage.addChild(this.#world, this.crowd.labels)
    app.stage.eventMode = 'none'
  }

  get canvas(): HTMLCanvasElement {
    return this.#app.canvas
  }

  /**
   * One frame.
   *
   * @param me       our own walker; before there is one the camera strolls over the market
   * @param seconds  since the last frame
   */
  draw(walkers: Iterable<Walker>, me: Walker | undefined, seconds: number): void {
    this.#time += seconds
    const { camera } = this
    camera.resize(this.#app.screen.width, this.#app.screen.height)
    const spot = me && { x: me.position.x, y: this.#map.height - me.position.y }
    if (spot || !this.#hasPlayed) camera.follow(spot ?? this.#idleSpot(), seconds)
    this.#hasPlayed ||= spot !== undefined
    this.#world.scale.set(camera.scale)
    this.#world.position.set(
      camera.width / 2 - camera.x * camera.scale,
      camera.height / 2 - camera.y * camera.scale,
    )
    const box = camera.box
    this.#ground.update(box)
    this.#glimmer.update(box, this.#time)
    this.#covers.update(box, spot, seconds)
    this.#crowns.update(box, spot, this.#time, seconds)
    this.crowd.update(walkers, { me: me?.id, camera, covers: this.#covers, seconds })
    this.#app.render()
  }

  #idleSpot(): { x: number; y: number } {
    const turn = this.#isCalm ? 0 : this.#time * 0.05
    return { x: this.#map.width / 2 + Math.cos(turn) * 18, y: this.#map.height / 2 - 8 + Math.sin(turn) * 12 }
  }
}

/** Whether WebGL is more than an imitation by the processor: that is ten times slower than a plain canvas. */
function hasGraphicsCard(): boolean {
  const context = document.createElement('canvas').getContext('webgl', { failIfMajorPerformanceCaveat: true })
  const names = context?.getExtension('WEBGL_debug_renderer_info')
  const name = String(context?.getParameter(names ? names.UNMASKED_RENDERER_WEBGL : context.RENDERER))
  context?.getExtension('WEBGL_lose_context')?.loseContext()
  return context !== null && !/swiftshader|llvmpipe|software|basic render/i.test(name)
}
