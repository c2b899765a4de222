import type { AnyEntity } from '../../world/index.ts'
import type { GroupSight } from './shared-group.ts'
import type { WorldNews } from './speaker.ts'

const NONE: readonly GroupSight[] = []

/** The news of one tick for one viewer. What a speaker does not ask for costs nothing. */
export class ViewerNews implements WorldNews {
  tick = -1
  readonly entered: AnyEntity[] = []
  readonly changed: { entity: AnyEntity; before: Readonly<Record<string, unknown>> }[] = []
  readonly left: { entity: AnyEntity; why: 'out of range' | 'removed' }[] = []
  readonly groups: GroupSight[] = []
  /** Those who moved since the last turn of a viewer who missed some. */
  readonly late: AnyEntity[] = []
  readonly #moved: AnyEntity[] = []
  #isGathered = true
  #isLate = false
  #turn = 0

  begin(tick: number): this {
    this.tick = tick
    if (this.entered.length > 0) this.entered.length = 0
    if (this.changed.length > 0) this.changed.length = 0
    if (this.left.length > 0) this.left.length = 0
    if (this.late.length > 0) this.late.length = 0
    this.#isGathered = false
    this.#isLate = false
    return this
  }

  /** @param turn  the viewer's turn: who has entered in it is told as nothing else */
  end({ turn, isLate }: { readonly turn: number; readonly isLate: boolean }): void {
    this.#turn = turn
    this.#isLate = isLate
  }

  get moved(): readonly AnyEntity[] {
    if (!this.#isGathered) this.#gather()
    return this.late.length > 0 ? this.late : this.#moved
  }

  #gather(): void {
    const list = this.#moved
    const groups = this.#isLate ? NONE : this.groups
    const isAnyNew = this.entered.length > 0
    let count = 0
    for (let i = 0; i < groups.length; i++) {
      const { moved, movers } = groups[i]
      for (let at = 0; at < moved.length; at++)
        if (!isAnyNew || movers[at].mark !== this.#turn) list[count++] = moved[at]
    }
    list.length = count
    this.#isGathered = true
  }
}
