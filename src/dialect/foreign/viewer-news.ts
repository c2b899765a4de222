import type { AnyEntity } from '../../world/index.ts'
import type { GroupSight } from './shared-group.ts'
import type { WorldNews } from './speaker.ts'

/** Where the news that are not always asked for come from. */
export interface NewsSource {
  /** Whom the viewer sees of each group. */
  readonly sights: readonly GroupSight[]
  /** Writes into a list who moved. */
  gatherMoved(to: AnyEntity[]): void
}

/**
 * The news of one tick for one viewer, and then for the next: what is written to each tick stays in the caches so. What
 * a speaker does not ask for costs nothing.
 */
export class ViewerNews implements WorldNews {
  tick = -1
  readonly entered: AnyEntity[] = []
  readonly changed: { entity: AnyEntity; before: Readonly<Record<string, unknown>> }[] = []
  readonly left: { entity: AnyEntity; why: 'out of range' | 'removed' }[] = []
  #source: NewsSource | undefined
  readonly #moved: AnyEntity[] = []
  #isGathered = true

  begin(tick: number, source: NewsSource): this {
    this.#source = source
    this.tick = tick
    if (this.entered.length > 0) this.entered.length = 0
    if (this.changed.length > 0) this.changed.length = 0
    if (this.left.length > 0) this.left.length = 0
    this.#isGathered = false
    return this
  }

  get groups(): readonly GroupSight[] {
    return this.#source?.sights ?? []
  }

  get moved(): readonly AnyEntity[] {
    if (!this.#isGathered) this.#source?.gatherMoved(this.#moved)
    this.#isGathered = true
    return this.#moved
  }
}
