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

/** What a checkpointer is told. `epoch` is that of the character's lease. */
export type CheckpointNews =
  /** A character is in the world: from now on it may change. */
  | { readonly is: 'entered'; readonly id: string; readonly epoch: number }
  /** It changed since it was last saved. Cheap: say it as often as it happens. */
  | { readonly is: 'changed'; readonly id: string }
  /** It leaves: it is saved once more, at once, and its lease given back. */
  | { readonly is: 'left'; readonly id: string }
  /** It is here no more, and another server's: nothing of it is saved. */
  | { readonly is: 'lost'; readonly id: string }
  /** The store did what it was last asked. `stale`: those that it did not save, whose lease is another's. */
  | { readonly is: 'saved'; readonly stale: readonly string[] }
  /** The store did not answer, or not well: what was under way is asked for again. */
  | { readonly is: 'failed' }

/** What it asks for: one thing at a time, until `saved` or `failed` comes back. */
export type CheckpointWork =
  /** `store.characters.checkpoint` of these. */
  | { readonly do: 'save'; readonly checkpoints: readonly Checkpoint[] }
  /** `store.characters.leave` with this; `stale` holds its id where that answered false. */
  | { readonly do: 'leave'; readonly checkpoint: Checkpoint }
  /** These are another server's now: their players go. */
  | { readonly do: 'drop'; readonly ids: readonly string[] }

export interface CheckpointerOptions {
  /** Each changed character is saved this often, in ms: what a crash costs at most. Default 5000. */
  readonly everyMs?: number
  /** Characters saved in one transaction. Default 100. */
  readonly batchMax?: number
  /** How long to rest between two batches, in ms, so that no tick has to share its time with many. Default 20. */
  readonly pauseMs?: number
  /** How long to wait after a failure, in ms. Default 1000. */
  readonly retryMs?: number
  /** What a character is at this moment; asked just before it is saved. `at` is the caller's clock. */
  readonly read: (id: string) => Omit<Checkpoint, 'id' | 'epoch'>
}

interface Watched {
  readonly epoch: number
  /** When it changed first since it was last saved. */
  changedAt: Instant | undefined
}

/**
 * Saves characters behind the world's back: what changed is written every few seconds in batches, who leaves at once, and
 * everything at the end. It never waits for the store, and asks it for one thing at a time; a store that is slow or away
 * costs memory for nothing but the ids.
 *
 *     entered --changed--> due after `everyMs` --save--> saved --changed--> ...
 *                                                 '--failed--> due again after `retryMs`
 *
 * A crash loses what happened to a character since it was last saved: at most `everyMs`, the pauses and transactions of a
 * round (100 characters each 20 ms are 5,000 a second), and, where the store was away, that.
 */
export class Checkpointer implements Machine<CheckpointNews, CheckpointWork> {
  readonly #everyMs: Milliseconds
  readonly #pauseMs: Milliseconds
  readonly #retryMs: Milliseconds
  readonly #batchMax: number
  readonly #read: CheckpointerOptions['read']
  readonly #watched = new Map<string, Watched>()
  /** Changed and not saved, the longest-waiting first. */
  readonly #changed = new Set<string>()
  /** Gone, with what they were when they went. */
  readonly #leaving = new Map<string, Checkpoint>()
  readonly #dropped: string[] = []
  #underWay: Exclude<CheckpointWork, { do: 'drop' }> | undefined
  /** After a failure nothing is asked for until then, after a batch no other batch. */
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

  /** Whether it has left and is not saved yet. */
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

  /** From now on whatever changed is due at once: the server is going down. Done when `unsaved` is 0. */
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

  /** What was under way is to be done still, before what changed later. */
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
