import type { Instant } from '../core/index.ts'
import type { Up } from '../region/message/index.ts'

/** How often a region that has not got a player is asked again, in ms. */
const AGAIN_MS = 250
/** How long it is waited for regions that do not answer, and for districts that nobody speaks for, in ms. */
const UNSURE_MS = 10_000

type Reclaim = Up & { readonly is: 'reclaim' }

/** A player who is looked for. */
interface Search {
  readonly message: Reclaim
  readonly begunAt: Instant
  /** Since when somebody speaks for every district; undefined while nobody speaks for one. */
  wholeSince: Instant | undefined
  /** When each region had said once, since then, that it has not got the player. */
  missedAt: Instant | undefined
  /** By region: when it was asked, and when it answered that it has not got the player. */
  readonly asked: Map<string, { at: Instant; answeredAt: Instant | undefined }>
}

export interface SearchesOptions {
  /** The regions that are there. */
  readonly names: () => readonly string[]
  /** Whether somebody speaks for every district: else a region may be about to have the player of one that died. */
  readonly isWhole: () => boolean
  readonly ask: (region: string, message: Reclaim) => void
  /** Told that no region has the player. */
  readonly missed: (session: number) => void
}

/**
 * Looks for players in all regions, again and again: whose region died is nowhere until another has taken over. That
 * nobody has one is only sure once every district is spoken for, and each region has said so after that; twice, as the
 * player may have gone from one that had not answered yet to one that had.
 */
export class Searches {
  readonly #options: SearchesOptions
  readonly #all = new Map<number, Search>()

  constructor(options: SearchesOptions) {
    this.#options = options
  }

  begin(message: Reclaim, now: Instant): void {
    const search: Search = {
      ...{ message, begunAt: now, wholeSince: undefined, missedAt: undefined },
      asked: new Map(),
    }
    this.#all.set(message.session, search)
    this.#go(search, now)
  }

  isOn(session: number): boolean {
    return this.#all.has(session)
  }

  /** A region has the player, or nobody looks any more. @returns what the player was looked for by */
  end(session: number): Reclaim | undefined {
    const search = this.#all.get(session)
    this.#all.delete(session)
    return search?.message
  }

  /** A region has not got the player. */
  answered(session: number, region: string, now: Instant): void {
    const search = this.#all.get(session)
    const asked = search?.asked.get(region)
    if (!search || !asked) return
    asked.answeredAt = now
    this.#go(search, now)
  }

  /** A region is not there any more. */
  lost(region: string, now: Instant): void {
    for (const search of [...this.#all.values()]) {
      search.asked.delete(region)
      this.#go(search, now)
    }
  }

  /** Asks again who is due. Call it often. */
  advance(now: Instant): void {
    for (const search of [...this.#all.values()]) this.#go(search, now)
  }

  #go(search: Search, now: Instant): void {
    const { names, isWhole, ask, missed } = this.#options
    const { message, asked, begunAt } = search
    if (!isWhole()) search.wholeSince = search.missedAt = undefined
    else search.wholeSince ??= now
    const since = search.missedAt ?? search.wholeSince
    let isMissed = since !== undefined
    for (const name of names()) {
      const last = asked.get(name)
      isMissed &&= last?.answeredAt !== undefined && last.at >= (since ?? now)
      if (last && (last.answeredAt === undefined || now - last.at < AGAIN_MS)) continue
      asked.set(name, { at: now, answeredAt: undefined })
      ask(name, message)
    }
    const isSure = isMissed && search.missedAt !== undefined
    if (isMissed) search.missedAt ??= now
    // Whom the gateway has is looked for until it looks no more.
    if (message.isHere || (!isSure && now - begunAt < UNSURE_MS)) return
    this.#all.delete(message.session)
    missed(message.session)
  }
}
