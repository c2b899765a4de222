import type { AnyEntity } from '../../world/index.ts'
import type { GroupSight } from './shared-group.ts'
import type { WorldNews } from './speaker.ts'

/** The news of one tick for one viewer. What a speaker does not ask for costs nothing. */
export class ViewerNews implements WorldNews {
  tick = -1
  readonly entered: AnyEntity[] = []
  readonly changed: { entity: AnyEntity; before: Readonly<Record<string, unknown>> }[] = []
  readonly left: { entity: AnyEntity; why: 'out of range' | 'removed' }[] = []
  readonly groups: GroupSight[] = []
  readonly #moved: AnyEntity[] = []
  #isGathered = true
  #late: ((to: AnyEntity[]) => void) | undefined
  #turn = 0

  begin(tick: number): this {
    this.tick = tick
    if (this.entered.length > 0) this.entered.length = 0
    if (this.changed.length > 0) this.changed.length = 0
    if (this.left.length > 0) this.left.length = 0
    this.#isGathered = false
    this.#late = undefined
    return this
  }

  /**
   * @param turn  the viewer's turn: who has entered in it is told as nothing else
   * @param late  gathers who moved since the last turn of a viewer who missed ticks
   */
  end({
    turn,
    late,
  }: {
    readonly turn: number
    readonly late: ((to: AnyEntity[]) => void) | undefined
  }): void {
    this.#turn = turn
    this.#late = late
  }

  get moved(): readonly AnyEntity[] {
    if (!this.#isGathered) this.#gather()
    return this.#moved
  }

  #gather(): void {
    const list = this.#moved
    this.#isGathered = true
    if (this.#late) {
      list.length = 0
      this.#late(list)
      return
    }
    const { groups } = this
    const isAnyNew = this.entered.length > 0
    let count = 0
    for (let i = 0; i < groups.length; i++) {
      const { moved, movers } = groups[i]
      for (let at = 0; at < moved.length; at++)
        if (!isAnyNew || movers[at].mark !== this.#turn) list[count++] = moved[at]
    }
    list.length = count
  }
}
