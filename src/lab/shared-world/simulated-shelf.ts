import type { StoreAnswer, StoreRequest } from '../../cluster/index.ts'
import { OutsideError } from '../../core/index.ts'
import type { DistrictShelf } from '../../store/index.ts'
import type { Happenings } from '../cluster/happenings.ts'
import type {
  ItemTrade,
  SimulatedAnswer,
  SimulatedRequest,
  SimulatedStore,
} from '../cluster/simulated-store.ts'

/** How long an answer is waited for, in ms. */
const ANSWER_MS = 800

/** What a process has of the store: its districts, and trades of items. */
export interface SimulatedShelf extends DistrictShelf {
  trade(trade: ItemTrade): Promise<'done' | 'refused' | 'stale'>
}

export interface ShelfOptions {
  readonly events: Happenings
  readonly store: SimulatedStore
  /** How long the way to the store is at the moment, in ms; undefined while there is none. */
  readonly pathMs: () => number | undefined
  /** Told of what the store has said to be done. */
  readonly confirmed: (request: SimulatedRequest, answer: SimulatedAnswer) => void
  /** Lends so many ids. */
  readonly reserveIds: (count: number) => number
}

/** The store as one process reaches it: late, or not at all; what no answer came to may have happened. */
export function createSimulatedShelf(options: ShelfOptions): SimulatedShelf {
  const { reserveIds } = options
  const asked = async <Is extends SimulatedAnswer['is']>(
    request: SimulatedRequest,
    is: Is,
  ): Promise<SimulatedAnswer & { is: Is }> => {
    const answer = await ask(options, request)
    if (answer.is !== is) throw new OutsideError('The store says something else.')
    return answer as SimulatedAnswer & { is: Is }
  }
  const stored = async <Is extends StoreAnswer['is']>(request: StoreRequest & { is: Is }) =>
    (await asked(request as SimulatedRequest, request.is as never)) as StoreAnswer & { is: Is }
  return {
    claim: async (fence) => (await stored({ is: 'claim', fence })).claimed,
    rows: async (fence) => (await stored({ is: 'rows', fence })).claimed,
    pass: async (passes) => (await stored({ is: 'pass', passes })).passed,
    save: async (saves) => (await stored({ is: 'save', saves })).saved,
    move: async (last, to) => (await stored({ is: 'move', last, to })).moved,
    holders: async () => (await asked({ is: 'holders' }, 'holders')).holders,
    reserveIds: async (count) => reserveIds(count),
    trade: async (trade) => (await asked(trade, 'trade')).traded,
  }
}

function ask(
  { events, store, pathMs, confirmed }: ShelfOptions,
  request: SimulatedRequest,
): Promise<SimulatedAnswer> {
  return new Promise((resolve, reject) => {
    events.add(events.now + ANSWER_MS, () => reject(new OutsideError('The store does not answer.')))
    const there = pathMs()
    if (there === undefined) return
    events.add(events.now + there, () =>
      store.ask(request, (answer) => {
        confirmed(request, answer)
        const back = pathMs()
        if (back !== undefined) events.add(events.now + back, () => resolve(answer))
      }),
    )
  })
}
