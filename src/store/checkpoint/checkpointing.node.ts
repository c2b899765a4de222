import { type Instant, instant, type Measured, OutsideError, type Readings } from '../../core/index.ts'
import { storeMetrics } from '../metrics.ts'
import type { Checkpoint } from '../record/character.ts'
import type { Store } from '../store.ts'
import { Checkpointer, type CheckpointerOptions } from './checkpointer.ts'

export interface CheckpointingOptions extends Omit<CheckpointerOptions, 'read'> {
  readonly store: Store
  /** Returns a character's present state. */
  readonly read: (id: string) => Pick<Checkpoint, 'map' | 'position' | 'state'>
  /** Called when the character is another server's now: remove its player. */
  readonly onLost: (id: string) => void
  /** Called when saving failed; it is tried again by itself. */
  readonly onTrouble?: (trouble: string) => void
}

/** Saves characters to a store in the background: a `Checkpointer` with a clock and the store. */
export class Checkpointing implements Measured {
  readonly #store: Store
  readonly #machine: Checkpointer
  readonly #onLost: (id: string) => void
  readonly #onTrouble: (trouble: string) => void
  #timer: NodeJS.Timeout | undefined
  #whenSaved: (() => void) | undefined
  readonly #waiting: { readonly id: string; readonly resolve: () => void }[] = []
  #isOver = false
  #saved = 0
  #stale = 0
  #failed = 0
  #isFailing = false

  constructor({ store, read, onLost, onTrouble = () => {}, ...options }: CheckpointingOptions) {
    this.#store = store
    this.#onLost = onLost
    this.#onTrouble = onTrouble
    this.#machine = new Checkpointer({ ...options, read: (id) => ({ ...read(id), at: Date.now() }) })
  }

  measure(readings: Readings): void {
    readings.add(storeMetrics.saved, this.#saved)
    readings.add(storeMetrics.stale, this.#stale)
    readings.add(storeMetrics.failed, this.#failed)
    readings.add(storeMetrics.unsaved, this.unsaved)
    readings.add(storeMetrics.failing, this.#isFailing ? 1 : 0)
  }

  /** Characters that changed or left and are not saved yet. */
  get unsaved(): number {
    return this.#machine.unsaved
  }

  /** Adds a character. `epoch` is that of the lease that `characters.enter` gave. */
  enter(id: string, epoch: number): void {
    this.#machine.receive({ is: 'entered', id, epoch }, now())
  }

  /** Marks a character as changed. Cheap: may be called in each tick. */
  change(id: string): void {
    this.#machine.receive({ is: 'changed', id }, now())
    // A timer that runs is for something that changed earlier, and so is due earlier.
    if (this.#timer === undefined) this.#wake()
  }

  /** Saves the character at once and gives its lease back. */
  leave(id: string): void {
    this.#machine.receive({ is: 'left', id }, now())
    this.#wake()
  }

  /**
   * Resolves when the state in which it left is saved, so that it may enter anew; undefined when nothing is left to
   * save.
   */
  whenLeft(id: string): Promise<void> | undefined {
    if (!this.#machine.isLeaving(id)) return undefined
    return new Promise((resolve) => this.#waiting.push({ id, resolve }))
  }

  /** Drops a character that another server took over: nothing more of it is saved. */
  lose(id: string): void {
    this.#machine.receive({ is: 'lost', id }, now())
  }

  /**
   * Saves everything unsaved, and ends.
   *
   * @returns how many could not be saved before `deadlineMs` was over
   */
  async close(deadlineMs: number): Promise<number> {
    this.#machine.flush()
    const timeout = Promise.withResolvers<void>()
    const timer = setTimeout(timeout.resolve, deadlineMs)
    const saved = new Promise<void>((done) => {
      this.#whenSaved = done
    })
    this.#run()
    await Promise.race([saved, timeout.promise])
    clearTimeout(timer)
    clearTimeout(this.#timer)
    this.#isOver = true
    return this.#machine.unsaved
  }

  readonly #onTime = (): void => {
    this.#timer = undefined
    this.#run()
  }

  #run(): void {
    if (this.#isOver) return
    for (let work = this.#machine.poll(now()); work !== undefined; work = this.#machine.poll(now())) {
      if (work.do === 'drop') for (const id of work.ids) this.#onLost(id)
      else void this.#do(work)
    }
    if (this.#machine.unsaved === 0) this.#whenSaved?.()
    for (const { id, resolve } of this.#waiting.splice(0)) {
      if (this.#machine.isLeaving(id)) this.#waiting.push({ id, resolve })
      else resolve()
    }
    this.#wake()
  }

  async #do(work: Exclude<NonNullable<ReturnType<Checkpointer['poll']>>, { do: 'drop' }>): Promise<void> {
    try {
      const { stale } =
        work.do === 'save'
          ? await this.#store.characters.checkpoint(work.checkpoints)
          : { stale: (await this.#store.characters.leave(work.checkpoint)) ? [] : [work.checkpoint.id] }
      this.#isFailing = false
      this.#stale += stale.length
      this.#saved += (work.do === 'save' ? work.checkpoints.length : 1) - stale.length
      this.#machine.receive({ is: 'saved', stale }, now())
    } catch (error) {
      this.#isFailing = true
      this.#failed++
      this.#machine.receive({ is: 'failed' }, now())
      this.#onTrouble(error instanceof OutsideError ? error.message : String(error))
    }
    this.#run()
  }

  #wake(): void {
    if (this.#isOver) return
    const { wakeAt } = this.#machine
    clearTimeout(this.#timer)
    this.#timer = Number.isFinite(wakeAt) ? setTimeout(this.#onTime, Math.max(0, wakeAt - now())) : undefined
    this.#timer?.unref()
  }
}

const now = (): Instant => instant(performance.now())
