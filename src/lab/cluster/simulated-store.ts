import type { StoreAnswer, StoreRequest } from '../../cluster/index.ts'
import type { Random } from '../../core/index.ts'
import { DistrictTable, type EntityRow, type Fence } from '../../store/index.ts'
import type { Happenings } from './happenings.ts'

/** An item goes from one entity to another, if it is where it should be and the asker still holds the district. */
export interface ItemTrade {
  readonly is: 'trade'
  /** Made by the asker, once for each trade. */
  readonly id: string
  readonly fence: Fence
  readonly item: number
  readonly from: number
  readonly to: number
}

export type SimulatedRequest = StoreRequest | ItemTrade | { readonly is: 'holders' }
export type SimulatedAnswer =
  | StoreAnswer
  | { readonly is: 'trade'; readonly traded: 'done' | 'refused' | 'stale' }
  | { readonly is: 'holders'; readonly holders: readonly Fence[] }

/** Lists the rows that an answer says the store has from now on: saved, moved, or passed with the hop after. */
export function keptRows(request: SimulatedRequest, answer: SimulatedAnswer): readonly EntityRow[] {
  if (request.is === 'save' && answer.is === 'save')
    return request.saves.flatMap(({ rows }, i) => (answer.saved[i] === 'done' ? rows : []))
  if (request.is === 'pass' && answer.is === 'pass')
    return request.passes.flatMap(({ entity, hop, state }, i) =>
      answer.passed[i].is === 'done' ? [{ entity, hop: hop + 1, state }] : [],
    )
  if (request.is === 'move' && answer.is === 'move' && answer.moved === 'done') return request.last.rows
  return []
}

/** All that the store has: what is on disk, or what is only believed to be. */
class Contents {
  districts = new DistrictTable()
  items = new Map<number, number>()
  trades = new Map<string, 'done' | 'refused'>()

  copy(): Contents {
    const copy = new Contents()
    copy.districts = this.districts.copy()
    copy.items = new Map(this.items)
    copy.trades = new Map(this.trades)
    return copy
  }

  apply(request: SimulatedRequest): SimulatedAnswer {
    const { districts } = this
    if (request.is === 'claim') return { is: 'claim', claimed: districts.claim(request.fence) }
    if (request.is === 'rows') return { is: 'rows', claimed: districts.rows(request.fence) }
    if (request.is === 'pass')
      return { is: 'pass', passed: request.passes.map((pass) => districts.pass(pass)) }
    if (request.is === 'save') return { is: 'save', saved: request.saves.map((save) => districts.save(save)) }
    if (request.is === 'move') return { is: 'move', moved: districts.move(request.last, request.to) }
    if (request.is === 'holders') return { is: 'holders', holders: districts.holders() }
    return { is: 'trade', traded: this.#trade(request) }
  }

  #trade({ id, fence, item, from, to }: ItemTrade): 'done' | 'refused' | 'stale' {
    const before = this.trades.get(id)
    if (before) return before
    if (this.districts.rows(fence).is === 'stale') return 'stale'
    const result = this.items.get(item) === from ? 'done' : 'refused'
    if (result === 'done') this.items.set(item, to)
    this.trades.set(id, result)
    return result
  }
}

/** How a store behaves, and misbehaves. */
export interface StoreOptions {
  /** How long a request takes until it is on disk, in ms: the least, and what is added by the dice. */
  readonly leastMs: number
  readonly jitterMs: number
  /** Whether it answers only when what it says is on disk; always, but in tests. */
  readonly syncsFirst: boolean
}

/**
 * A store with a disk that syncs late. When it crashes, what was not synced is forgotten, but for the first part of
 * it; the operation that was being written is torn, and dropped when it is opened again.
 */
export class SimulatedStore {
  readonly #events: Happenings
  readonly #random: Random
  readonly #options: StoreOptions
  #disk = new Contents()
  #memory = this.#disk
  /** Done in memory and not on disk, the earliest first. */
  #unsynced: { readonly request: SimulatedRequest; readonly tell: () => void }[] = []
  #life = 0
  isUp = true
  /** Until then it does nothing: what is asked waits. */
  slowUntil = 0

  constructor(events: Happenings, random: Random, options: StoreOptions) {
    this.#events = events
    this.#random = random
    this.#options = options
    this.#memory = this.#disk.copy()
  }

  /** Puts an item into the world, before it begins. */
  mint(item: number, holder: number): void {
    this.#disk.items.set(item, holder)
    this.#memory.items.set(item, holder)
  }

  /** Puts on disk what memory has, before the world begins. */
  settle(): void {
    this.#disk = this.#memory.copy()
  }

  /** The contents, as a reader would see them who comes when all is quiet. */
  get contents(): Contents {
    return this.#memory
  }

  /** Takes a request in the order in which it came. `answer` is called when it is done, if it is. */
  ask(request: SimulatedRequest, answer: (answer: SimulatedAnswer) => void): void {
    if (!this.isUp) return
    const life = this.#life
    const { leastMs, jitterMs, syncsFirst } = this.#options
    const start = Math.max(this.#events.now, this.slowUntil)
    const doneAt = start + leastMs + this.#random.fraction() * jitterMs
    this.#events.add(start, () => {
      if (life !== this.#life) return
      const result = this.#memory.apply(request)
      if (!syncsFirst) answer(result)
      this.#unsynced.push({ request, tell: () => (syncsFirst ? answer(result) : undefined) })
      this.#events.add(doneAt, () => this.#sync(life))
    })
  }

  /** Loses what is not on disk, but for a part of it, and is away. */
  crash(): void {
    this.#life++
    this.isUp = false
    const kept = this.#random.integer(0, this.#unsynced.length)
    for (const { request } of this.#unsynced.slice(0, kept)) this.#disk.apply(request)
    this.#unsynced = []
    this.#memory = this.#disk.copy()
  }

  restart(): void {
    this.isUp = true
  }

  /** Writes the earliest operation to disk, and says so. */
  #sync(life: number): void {
    if (life !== this.#life) return
    const next = this.#unsynced.shift()
    if (!next) return
    this.#disk.apply(next.request)
    next.tell()
  }
}
