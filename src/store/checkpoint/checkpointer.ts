import {
  after,
  FOREVER,
  type Instant,
  type Machine,
  type Milliseconds,
  milliseconds,
  ShardlessError,
} from '../../core/index.ts'
import type { Checkpoint } from '../record/character.ts'

/** What a checkpointer is told. `epoch` is the epoch of the character's lease. */
export type CheckpointNews =
  /** A character is in the world: from now on it may change. */
  | { readonly is: 'entered'; readonly id: string; readonly epoch: number }
  /** It changed since it was last saved. Cheap: say it as often as it happens. */
  | { readonly is: 'changed'; readonly id: string }
  /** It leaves: it is saved once more, at once, and its lease given back. */
  | { readonly is: 'left'; readonly id: string }
  /** It is here no more, and another server's: nothing of it is saved. */
  | { readonly is: 'lost'; readonly id: string }
  /** It is another server's now: nothing of it is saved here. */
  | { readonly is: 'saved'; readonly stale: readonly string[] }
  /**
   * The store did what was last asked. `stale`: the characters that it did not save, since their lease is
   * another's.
   */
  | { readonly is: 'failed' }

/** The store did not answer, or failed: what was under way is asked for again. */
export type CheckpointWork =
  /** `store.characters.checkpoint` of these. */
  | { readonly do: 'save'; readonly checkpoints: readonly Checkpoint[] }
  /** `store.characters.leave` with this; `stale` holds its id where that answered false. */
  | { readonly do: 'leave'; readonly checkpoint: Checkpoint }
  /** These characters are another server's now: remove their players. */
  | { readonly do: 'drop'; readonly ids: readonly string[] }

export interface CheckpointerOptions {
  /** How often each changed character is saved, in ms: the most that a crash costs. Default 5000. */
  readonly everyMs?: number
  /** The most characters saved in one transaction. Default 100. */
  readonly batchMax?: number
  /** How long to rest between two batches, in ms, so that no tick shares its time with many. Default 20. */
  readonly pauseMs?: number
  /** How long to wait after a failure, in ms. Default 1000. */
  readonly retryMs?: number
  /** Returns a character's present state; called just before it is saved. `at` is the caller's clock. */
  readonly read: (id: string) => Omit<Checkpoint, 'id' | 'epoch'>
}

interface Watched {
  readonly epoch: number
  /** When it first changed since it was last saved. */
  changedAt: Instant | undefined
}

/**
 * Saves characters in the background: changed ones every few seconds in batches, leaving ones at once, and all of
 * them at the end. It never waits for the store, and asks it for one thing at a time; while a store is slow or
 * away, memory holds only ids.
 *
 *     entered --changed--> due after `everyMs` --save--> saved --changed--> ...
 *                                                 '--failed--> due again after `retryMs`
 *
 * A crash loses what happened to a character since it was last saved: at most `everyMs`, the pauses and
 * transactions of a round (100 characters each 20 ms are 5,000 a second), and, where the store was away, that.
 */
export class Checkpointer implements Machine<CheckpointNews, CheckpointWork> {
  readonly #everyMs: Milliseconds
  readonly #pauseMs: Milliseconds
  readonly #retryMs: Milliseconds
  readonly #batchMax: number
  readonly #read: CheckpointerOptions['read']
  readonly #watched = new Map<string, Watched>()
  /** Characters that changed and are not saved, the longest-waiting first. */
  readonly #changed = new Set<string>()
  /** Characters that left, with the state in which they left. */
  readonly #leaving = new Map<string, Checkpoint>()
  readonly #dropped: string[] = []
  #underWay: Exclude<CheckpointWork, { do: 'drop' }> | undefined
  /** When the next request may be made: after a failure any, after a batch another batch. */
  #restsUntil = 0 as Instant
  #pausesUntil = 0 as Instant
  #isFlushing = false

  constructor({ everyMs = 5000, batchMax = 100, pauseMs = 20, retryMs = 1000, read }: CheckpointerOptions) {
    if (!(everyMs > 0) || !(pauseMs >= 0) || !(retryMs > 0) || !(batchMax >= 1 && batchMax <= 10_000)) {
      throw new ShardlessError(
        'store/bad-checkpointer',
        `everyMs is ${everyMs}, pauseMs ${pauseMs}, retryMs ${retryMs} and batchMax ${batchMax}; times are above 0 ' +
          '(a pause may be 0), and a batch has 1 to 10,000.`,
      )
    }
    this.#everyMs = milliseconds(everyMs)
    this.#pauseMs = milliseconds(pauseMs)
    this.#retryMs = milliseconds(retryMs)
    this.#batchMax = batchMax
    this.#read = read
  }

  /** Characters that changed or left and are not saved yet, those under way included. */
  get unsaved(): number {
    const work = this.#underWay
    return this.#changed.size + this.#leaving.size + (work?.do === 'save' ? work.checkpoints.length : 0)
  }

  /** Returns whether a character has left and is not saved yet. */
  isLeaving(id: string): boolean {
    return this.#leaving.has(id)
  }

  receive(news: CheckpointNews, now: Instant): void {
    switch (news.is) {
      case 'entered':
        this.#forget(news.id)
        this.#watched.set(news.id, { epoch: news.epoch, changedAt: undefined })
        return
      case 'changed': {
        const watched = this.#watched.get(news.id)
        if (watched === undefined || watched.changedAt !== undefined) return
        watched.changedAt = now
        this.#changed.add(news.id)
        return
      }
      case 'left': {
        const watched = this.#watched.get(news.id)
        if (watched === undefined) return
        this.#leaving.set(news.id, { ...this.#read(news.id), id: news.id, epoch: watched.epoch })
        this.#forget(news.id)
        return
      }
      case 'lost':
        this.#forget(news.id)
        this.#leaving.delete(news.id)
        return
      case 'saved':
        this.#finish(news.stale, now)
        return
      case 'failed':
        this.#takeBack(now)
    }
  }

  poll(now: Instant): CheckpointWork | undefined {
    if (this.#dropped.length > 0) return { do: 'drop', ids: this.#dropped.splice(0) }
    if (this.#underWay !== undefined || now < this.#restsUntil) return undefined
    for (const checkpoint of this.#leaving.values()) {
      this.#underWay = { do: 'leave', checkpoint }
      return this.#underWay
    }
    if (now < this.#pausesUntil) return undefined
    const checkpoints: Checkpoint[] = []
    for (const id of this.#changed) {
      const watched = this.#watched.get(id)!
      if (checkpoints.length === this.#batchMax || !(this.#isFlushing || this.#isDue(watched, now))) break
      checkpoints.push({ ...this.#read(id), id, epoch: watched.epoch })
      watched.changedAt = undefined
      this.#changed.delete(id)
    }
    if (checkpoints.length === 0) return undefined
    this.#underWay = { do: 'save', checkpoints }
    return this.#underWay
  }

  get wakeAt(): Instant {
    if (this.#dropped.length > 0) return 0 as Instant
    if (this.#underWay !== undefined) return FOREVER
    if (this.#leaving.size > 0) return this.#restsUntil
    for (const id of this.#changed) {
      const due = this.#isFlushing ? 0 : after(this.#watched.get(id)!.changedAt!, this.#everyMs)
      return Math.max(due, this.#restsUntil, this.#pausesUntil) as Instant
    }
    return FOREVER
  }

  /** Makes every changed character due at once: the server is going down. Done when `unsaved` is 0. */
  flush(): void {
    this.#isFlushing = true
    this.#restsUntil = 0 as Instant
    this.#pausesUntil = 0 as Instant
  }

  #isDue({ changedAt }: Watched, now: Instant): boolean {
    return changedAt !== undefined && after(changedAt, this.#everyMs) <= now
  }

  #forget(id: string): void {
    this.#watched.delete(id)
    this.#changed.delete(id)
  }

  #finish(stale: readonly string[], now: Instant): void {
    const work = this.#underWay
    this.#underWay = undefined
    if (work?.do === 'leave') {
      // One that entered and left again meanwhile has another checkpoint waiting.
      if (this.#leaving.get(work.checkpoint.id) === work.checkpoint) this.#leaving.delete(work.checkpoint.id)
      return
    }
    if (!this.#isFlushing) this.#pausesUntil = after(now, this.#pauseMs)
    const refused = new Set(stale)
    for (const { id, epoch } of work?.checkpoints ?? []) {
      if (!refused.has(id) || this.#watched.get(id)?.epoch !== epoch) continue
      this.#forget(id)
      this.#dropped.push(id)
    }
  }

  /** Puts what was under way back in line, before what changed later. */
  #takeBack(now: Instant): void {
    const work = this.#underWay
    this.#underWay = undefined
    this.#restsUntil = after(now, this.#retryMs)
    if (work?.do !== 'save') return
    const later = [...this.#changed]
    this.#changed.clear()
    for (const { id, epoch } of work.checkpoints) {
      const watched = this.#watched.get(id)
      if (watched?.epoch !== epoch) continue
      watched.changedAt = 0 as Instant
      this.#changed.add(id)
    }
    for (const id of later) this.#changed.add(id)
  }
}
