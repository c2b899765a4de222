// Without it the renderer makes code out of texts, which the policy of the pages forbids.
import 'pixi.js/unsafe-eval'
import { Application } from 'pixi.js'
import type { Vector2, WorldMap } from 'shardless'
import type { RecordedWorld } from 'shardless/lab'
import type { town, Walker } from '../game/town.ts'
import { Camera } from './camera.ts'
import type { Crowd } from './crowd.ts'
import { hasGraphicsCard } from './graphics-card.ts'
import { Overlay } from './overlay.ts'
import { palette } from './palette.ts'
import { Scene, type SceneLook } from './scene.ts'

/** The highest resolution of everything painted once, in pixels per metre; more is not visible and costs memory. */
const resolutionMost = 48

/** The source of the picture: a connection, or a recording. */
export type Shown = Pick<RecordedWorld<typeof town>, 'entities'>

/**
 * Draws the picture: the scene of the current map, one camera, and lines over it. Earlier scenes are kept, as we
 * may come back.
 */
export class Stage {
  readonly camera: Camera
  readonly overlay: Overlay
  /** The hour to show instead of the world's own. */
  hour: number | undefined
  readonly #app: Application
  readonly #look: SceneLook
  /** The scenes, by map name. */
  readonly #scenes = new Map<string, Scene>()
  #scene: Scene
  #hasPlayed = false
  #time = 0

  static async create(host: HTMLElement, name: string, map: WorldMap): Promise<Stage> {
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
    return new Stage(app, name, map)
  }

  constructor(app: Application, name: string, map: WorldMap) {
    this.#app = app
    this.camera = new Camera(map)
    this.camera.resize(app.screen.width, app.screen.height)
    this.#look = {
      resolution: Math.min(resolutionMost, Math.ceil(this.camera.scale * app.renderer.resolution)),
      isCalm: matchMedia('(prefers-reduced-motion: reduce)').matches,
    }
    this.overlay = new Overlay(map)
    this.#scene = this.enter(name, map)
    app.stage.eventMode = 'none'
  }

  get canvas(): HTMLCanvasElement {
    return this.#app.canvas
  }

  get crowd(): Crowd {
    return this.#scene.crowd
  }

  /** Shows this map from now on; another one of the same name replaces the earlier one. */
  enter(name: string, map: WorldMap): Scene {
    let scene = this.#scenes.get(name)
    if (scene?.map !== map) {
      this.overlay.view.removeFromParent()
      scene?.destroy()
      scene = new Scene(map, this.#look)
      this.#scenes.set(name, scene)
    }
    this.#app.stage.removeChildren()
    this.#app.stage.addChild(scene.view)
    scene.lines.addChild(this.overlay.view)
    this.camera.enter(map)
    this.overlay.enter(name, map)
    this.#scene = scene
    return scene
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
    const { map } = this.#scene
    camera.resize(this.#app.screen.width, this.#app.screen.height)
    const spot = me && { x: me.position.x, y: map.height - me.position.y }
    if (at) camera.follow({ x: at.x, y: map.height - at.y }, seconds)
    else if (spot || !this.#hasPlayed) camera.follow(spot ?? this.#idleSpot(), seconds)
    this.#hasPlayed ||= spot !== undefined
    this.#scene.update(camera, {
      walkers: [...(shown?.entities('walker') ?? [])],
      lanterns: [...(shown?.entities('lantern') ?? [])],
      me: me?.id,
      hour: this.hourOf(shown),
      time: this.#time,
      seconds,
    })
    this.#app.render()
  }

  /** Returns the hour in the picture: the chosen one, or the world's own, or noon if there is neither. */
  hourOf(shown: Shown | undefined): number {
    if (this.hour !== undefined) return this.hour
    for (const { hour } of shown?.entities('sky') ?? []) return hour
    return 12
  }

  #idleSpot(): { x: number; y: number } {
    const turn = this.#look.isCalm ? 0 : this.#time * 0.05
    const { width, height } = this.#scene.map
    return { x: width / 2 + Math.cos(turn) * 18, y: height / 2 - 8 + Math.sin(turn) * 12 }
  }
}
