import { Application, Container } from 'pixi.js'
import type { Vector2, WorldMap } from 'shardless'
import type { RecordedWorld } from 'shardless/lab'
import type { town, Walker } from '../game/town.ts'
import { Camera } from './camera.ts'
import { Covers } from './covers.ts'
import { Crowd } from './crowd.ts'
import { Crowns } from './crowns.ts'
import { Glimmer } from './glimmer.ts'
import { Ground } from './ground.ts'
import { Lanterns } from './lanterns.ts'
import { Night } from './night.ts'
import { Overlay } from './overlay.ts'
import { GroundPainter } from './paint/chunk.ts'
import { drawnOf } from './paint/piece.ts'
import { coversOf } from './paint/roof.ts'
import { palette } from './palette.ts'

/** Pixels a metre of what is painted once; more than this is not seen and costs memory. */
const resolutionMost = 48

/** What there is to draw: a connection, or a recording. */
export type Shown = Pick<RecordedWorld<typeof town>, 'entities'>

/**
 * The picture: layers over each other, one camera.
 *
 *     ground, glimmer, people, roofs, leaves   in metres, moved by the camera
 *     the night                                in CSS pixels
 *     lines                                    in metres
 *     names and bubbles                        in CSS pixels
 */
export class Stage {
  readonly camera: Camera
  readonly crowd: Crowd
  readonly overlay: Overlay
  /** The hour to show instead of the town's own. */
  hour: number | undefined
  readonly #app: Application
  readonly #world = new Container()
  readonly #map: WorldMap
  readonly #ground: Ground
  readonly #glimmer: Glimmer
  readonly #covers: Covers
  readonly #crowns: Crowns
  readonly #lanterns: Lanterns
  readonly #night: Night
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
    this.overlay = new Overlay(map)
    this.#lanterns = new Lanterns(map)
    this.#night = new Night(map)
    this.#covers = new Covers(coversOf(decor), painter, this.crowd.outdoors)
    this.#world.addChild(
      this.#ground.view,
      this.#glimmer.low,
      this.crowd.indoors,
      this.#covers.view,
      this.crowd.outdoors,
      this.#lanterns.view,
      this.#crowns.view,
      this.#glimmer.high,
    )
    // Lines are seen at night too.
    app.stage.addChild(this.#world, this.#night.view, this.overlay.view, this.crowd.labels)
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
   * @param at       where to look when there is nobody to follow
   */
  draw(
    shown: Shown | undefined,
    me: Walker | undefined,
    { seconds, at }: { seconds: number; at?: Vector2 },
  ): void {
    this.#time += seconds
    const { camera } = this
    camera.resize(this.#app.screen.width, this.#app.screen.height)
    const walkers = [...(shown?.entities('walker') ?? [])]
    const lanterns = [...(shown?.entities('lantern') ?? [])]
    const spot = me && { x: me.position.x, y: this.#map.height - me.position.y }
    if (at) camera.follow({ x: at.x, y: this.#map.height - at.y }, seconds)
    else if (spot || !this.#hasPlayed) camera.follow(spot ?? this.#idleSpot(), seconds)
    this.#hasPlayed ||= spot !== undefined
    for (const view of [this.#world, this.overlay.view]) {
      view.scale.set(camera.scale)
      view.position.set(
        camera.width / 2 - camera.x * camera.scale,
        camera.height / 2 - camera.y * camera.scale,
      )
    }
    const box = camera.box
    this.#ground.update(box)
    this.#glimmer.update(box, this.#time)
    this.#covers.update(box, spot, seconds)
    this.#crowns.update(box, spot, this.#time, seconds)
    this.#lanterns.update(lanterns, me?.id, seconds)
    this.#night.update(camera, this.hour ?? hourOf(shown), {
      thrown: this.#lanterns.places,
      carried: walkers,
    })
    const marked = new Set(lanterns.map(({ hit }) => hit))
    this.crowd.update(walkers, { me: me?.id, marked, camera, covers: this.#covers, seconds })
    this.#app.render()
  }

  #idleSpot(): { x: number; y: number } {
    const turn = this.#isCalm ? 0 : this.#time * 0.05
    return { x: this.#map.width / 2 + Math.cos(turn) * 18, y: this.#map.height / 2 - 8 + Math.sin(turn) * 12 }
  }
}

/** What time it is; noon where nobody says. */
function hourOf(shown: Shown | undefined): number {
  for (const { hour } of shown?.entities('sky') ?? []) return hour
  return 12
}

/** Whether WebGL is more than an imitation by the processor: that is ten times slower than a plain canvas. */
function hasGraphicsCard(): boolean {
  const context = document.createElement('canvas').getContext('webgl', { failIfMajorPerformanceCaveat: true })
  const names = context?.getExtension('WEBGL_debug_renderer_info')
  const name = String(context?.getParameter(names ? names.UNMASKED_RENDERER_WEBGL : context.RENDERER))
  context?.getExtension('WEBGL_lose_context')?.loseContext()
  return context !== null && !/swiftshader|llvmpipe|software|basic render/i.test(name)
}
