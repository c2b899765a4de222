import { Container } from 'pixi.js'
import type { WorldMap } from 'shardless'
import type { Lantern, Walker } from '../game/town.ts'
import type { Camera } from './camera.ts'
import { Covers } from './covers.ts'
import { Crowd } from './crowd.ts'
import { Crowns } from './crowns.ts'
import { Glimmer } from './glimmer.ts'
import { Ground } from './ground.ts'
import { Lanterns } from './lanterns.ts'
import { Night } from './night.ts'
import { GroundPainter } from './paint/chunk.ts'
import { drawnOf } from './paint/piece.ts'
import { coversOf } from './paint/roof.ts'

export interface SceneLook {
  /** The resolution of everything painted once, in pixels per metre. */
  readonly resolution: number
  readonly isCalm: boolean
}

/** The current contents of the picture. */
export interface Now {
  readonly walkers: readonly Walker[]
  readonly lanterns: readonly Lantern[]
  /** The id of our own walker. */
  readonly me: number | undefined
  readonly hour: number
  /** The time since the scene was first shown, and since the last picture. */
  readonly time: number
  readonly seconds: number
}

/**
 * Draws one map with everybody on it, in layers.
 *
 *     ground, glimmer, people, roofs, leaves   in metres, moved by the camera
 *     the night                                in CSS pixels
 *     lines                                    in metres
 *     names and bubbles                        in CSS pixels
 */
export class Scene {
  readonly view = new Container()
  /** The layer for lines over the picture, visible at night too, in metres. */
  readonly lines = new Container()
  readonly map: WorldMap
  readonly crowd: Crowd
  readonly #world = new Container()
  readonly #ground: Ground
  readonly #glimmer: Glimmer
  readonly #covers: Covers
  readonly #crowns: Crowns
  readonly #lanterns: Lanterns
  readonly #night: Night

  constructor(map: WorldMap, { resolution, isCalm }: SceneLook) {
    this.map = map
    const { solids, decor } = drawnOf(map)
    const painter = new GroundPainter(map, resolution)
    this.crowd = new Crowd(map.height, isCalm)
    this.#ground = new Ground(painter)
    this.#glimmer = new Glimmer({ solids, decor }, isCalm)
    this.#crowns = new Crowns(solids, isCalm)
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
    this.view.addChild(this.#world, this.#night.view, this.lines, this.crowd.labels)
  }

  update(camera: Camera, { walkers, lanterns, me, hour, time, seconds }: Now): void {
    for (const view of [this.#world, this.lines]) {
      view.scale.set(camera.scale)
      view.position.set(camera.middle.x - camera.x * camera.scale, camera.middle.y - camera.y * camera.scale)
    }
    const own = walkers.find(({ id }) => id === me)
    const spot = own && { x: own.position.x, y: this.map.height - own.position.y }
    const { box } = camera
    this.#ground.update(box)
    this.#glimmer.update(box, time)
    this.#covers.update(box, spot, seconds)
    this.#crowns.update(box, spot, time, seconds)
    this.#lanterns.update(lanterns, me, seconds)
    this.#night.update(camera, hour, { thrown: this.#lanterns.places, carried: walkers })
    const marked = new Set(lanterns.map(({ hit }) => hit))
    this.crowd.update(walkers, { me, marked, camera, covers: this.#covers, seconds })
  }

  destroy(): void {
    this.view.destroy({ children: true })
  }
}
