import { OutsideError } from '../core/index.ts'
import type { Said } from '../dialect/index.ts'
import { encode } from '../wire/index.ts'
import type { Player, Realm, World } from '../world/index.ts'
import { type AnyDefinition, Sorry } from './definition.ts'
import type { Persistence } from './persistence.ts'

/** An encoded reply, or a sentence that says why there is none. */
export type Reply = { readonly body: Uint8Array } | { readonly sorry: string }

type Handler = (
  context: Omit<Asking, 'said'> & {
    readonly ask: unknown
  },
) => unknown

interface Asking {
  readonly world: World
  readonly player: Player
  readonly realm: Realm
  readonly said: Said & { is: 'ask' }
  readonly persistence: Persistence
}

const AWAY: Reply = { sorry: 'The server cannot reach what it keeps things in just now; ask again.' }

/**
 * What the game answers to a request: at once, or later where its handler waits for something.
 *
 * @returns the encoded reply, or the sentence with which it refuses
 * @throws  (or rejects with) whatever else the game's handler throws, and `wire/out-of-range` for a reply that is not the
 *          request's
 */
export function answer(
  definition: AnyDefinition,
  { world, player, realm, said, persistence }: Asking,
): Reply | Promise<Reply> {
  const { game, options } = definition
  const handler = options.requests?.[said.request as never] as Handler | undefined
  if (!handler) return { sorry: `The server does not answer '${said.request}'.` }
  const { reply } = game.requests[said.request]
  try {
    const answered = handler({ world, player, ask: said.body, realm, persistence })
    if (!(answered instanceof Promise)) return { body: encode(reply, answered) }
    return answered.then((late) => ({ body: encode(reply, late) }), excuse)
  } catch (error) {
    return excuse(error)
  }
}

function excuse(error: unknown): Reply {
  if (error instanceof Sorry) return { sorry: error.message }
  if (error instanceof OutsideError) return AWAY
  throw error
}
