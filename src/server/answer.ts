import type { Said } from '../dialect/index.ts'
import { encode } from '../wire/index.ts'
import type { Player, Realm, World } from '../world/index.ts'
import { type AnyDefinition, Sorry } from './definition.ts'

/** An encoded reply, or a sentence that says why there is none. */
export type Reply = { readonly body: Uint8Array } | { readonly sorry: string }

type Handler = (world: World, player: Player, ask: unknown, realm: Realm) => unknown

/**
 * What the game answers to a request.
 *
 * @returns the encoded reply, or the sentence with which it refuses
 * @throws  whatever else the game's handler throws, and `wire/out-of-range` for a reply that is not the request's
 */
export function answer(
  definition: AnyDefinition,
  asked: { world: World; player: Player; realm: Realm; said: Said & { is: 'ask' } },
): Reply {
  const { game, options } = definition
  const { world, player, realm, said } = asked
  const handler = options.requests?.[said.request as never] as Handler | undefined
  if (!handler) return { sorry: `The server does not answer '${said.request}'.` }
  try {
    return { body: encode(game.requests[said.request].reply, handler(world, player, said.body, realm)) }
  } catch (error) {
    if (!(error instanceof Sorry)) throw error
    return { sorry: error.message }
  }
}
