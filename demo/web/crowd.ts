import { Container } from 'pixi.js'
import type { Walker } from '../game/town.ts'
import type { Camera } from './camera.ts'
import type { Covers } from './covers.ts'
import { Figure, FigureParts, figureHeight } from './figure.ts'
import { Label } from './label.ts'

/**
 * The distance beyond the picture's edge at which a person, with name and bubble, is no longer drawn, in metres.
 */
const margin = 6

/** Draws everyone in view: a figure on the ground, a label over it. */
export class Crowd {
  /** The people under a roof, and those in the open, whose heads reach over the eaves of the house behind them. */
  readonly indoors = new Container({ sortableChildren: true })
  readonly outdoors = new Container({ sortableChildren: true })
  readonly labels = new Container({ sortableChildren: true })
  readonly #parts = new FigureParts()
  readonly #people = new Map<number, { figure: Figure; label: Label }>()
  readonly #mapHeight: number
  readonly #isCalm: boolean

  constructor(mapHeight: number, isCalm: boolean) {
    this.#mapHeight = mapHeight
    this.#isCalm = isCalm
  }

  say(id: number, text: string): void {
    this.#people.get(id)?.label.say(text)
  }

  wave(id: number): void {
    this.#people.get(id)?.figure.wave()
  }

  /**
   * Draws these people, and only these. `me` is the id of our own walker, `marked` holds those of people hit by
   * lanterns.
   */
  update(
    walkers: Iterable<Walker>,
    scene: {
      me: number | undefined
      marked: ReadonlySet<number>
      camera: Camera
      covers: Covers
      seconds: number
    },
  ): void {
    const gone = new Set(this.#people.keys())
    const { x0, y0, x1, y1 } = scene.camera.box
    for (const walker of walkers) {
      gone.delete(walker.id)
      const { figure, label } = this.#people.get(walker.id) ?? this.#meet(walker, walker.id === scene.me)
      const spot = { x: walker.position.x, y: this.#mapHeight - walker.position.y }
      figure.update({ ...spot, facing: walker.facing, gait: walker.gait }, scene.seconds, this.#isCalm)
      figure.isMarked = scene.marked.has(walker.id)
      const isSeen =
        spot.x > x0 - margin && spot.x < x1 + margin && spot.y > y0 - margin && spot.y < y1 + margin
      figure.view.visible = isSeen
      label.view.visible = isSeen
      if (!isSeen) {
        label.update(scene.seconds, false)
        continue
      }
      const roof = scene.covers.over(spot)
      const layer = roof === undefined ? this.outdoors : this.indoors
      if (figure.view.parent !== layer) layer.addChild(figure.view)
      label.update(scene.seconds, roof !== undefined && roof > 0.5 && walker.id !== scene.me)
      const above = scene.camera.toScreen({ x: spot.x, y: spot.y - figureHeight })
      label.view.position.set(Math.round(above.x), Math.round(above.y))
      label.view.zIndex = walker.id === scene.me ? 1e6 : above.y
    }
    for (const id of gone) this.#part(id)
  }

  #meet(walker: Walker, isMine: boolean): { figure: Figure; label: Label } {
    const person = { figure: new Figure(this.#parts, walker.look), label: new Label(walker.name, isMine) }
    this.#people.set(walker.id, person)
    this.labels.addChild(person.label.view)
    return person
  }

  #part(id: number): void {
    const person = this.#people.get(id)
    person?.figure.view.destroy({ children: true })
    person?.label.destroy()
    this.#people.delete(id)
  }
}
