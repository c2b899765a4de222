import { OutsideError } from '../core/index.ts'
import { encode } from '../wire/index.ts'
import { isLater, type Player, type Realm, type World } from '../world/index.ts'
import { type AnyDefinition, Sorry } from './definition.ts'
import type { Answered } from './message/index.ts'
import type { Persistence } from './persistence.ts'

type Handler = (context: Omit<Asking, 'request' | 'body'> & { readonly ask: unknown }) => unknown

interface Asking {
  readonly world: World
  readonly player: Player
  readonly realm: Realm
  readonly request: string
  readonly body: unknown
  readonly persistence: Persistence
}

const AWAY: Answered = { sorry: 'The server cannot reach what it keeps things in just now; ask again.' }

/**
 * Answers a request with the game's handler: at once, or later if the handler waits for something.
 *
 * @returns the encoded reply, or the sentence with which it refuses
 * @throws  (or rejects with) whatever else the game's handler throws, and `wire/out-of-range` for a reply that is
 *   not the request's
 */
export function answerRequest(
  definition: AnyDefinition,
  { world, player, realm, request, body, persistence }: Asking,
): Answered | Promise<Answered> {
  const { game, options } = definition
  const handler = options.requests?.[request as never] as Handler | undefined
  if (!handler) return { sorry: `The server does not answer '${request}'.` }
  const { reply } = game.requests[request]
  try {
    const answered = handler({ world, player, ask: body, realm, persistence })
    if (!isLater(answered)) return { body: encode(reply, answered) }
    return Promise.resolve(answered).then((late) => ({ body: encode(reply, late) }), excuse)
  } catch (error) {
    return excuse(error)
  }
}

/** Returns the sentence for what a handler threw. @throws whatever is no refusal and no trouble outside */
export function excuse(error: unknown): Answered {
  if (error instanceof Sorry) return { sorry: error.message }
  if (error instanceof OutsideError) return AWAY
  throw error
}
