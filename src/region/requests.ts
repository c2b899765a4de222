import { answerRequest, excuse } from './answer.ts'
import type { AnyDefinition } from './definition.ts'
import type { Answered, Up } from './message/index.ts'
import type { Persistence } from './persistence.ts'
import type { Possessions } from './possessions.ts'
import type { ServedPlayer } from './served-player.ts'
import type { Worlds } from './worlds.ts'

/** The most requests of one player that may await their handlers at a time. */
const ASKING_MAX = 16

export interface RequestsOptions {
  readonly definition: AnyDefinition
  readonly worlds: Worlds
  readonly persistence: Persistence
  readonly possessions: Possessions
}

/** Answers the players' requests to the game, some at once, some later. Each request gets one reply. */
export class Requests {
  readonly #options: RequestsOptions

  constructor(options: RequestsOptions) {
    this.#options = options
  }

  ask(served: ServedPlayer, { ask, request, body }: Up & { is: 'ask' }): void {
    const tell = (answer: Answered): void => served.gateway.tell({ is: 'reply', ask, answer })
    const answered = this.#answer(served, request, body)
    if (!(answered instanceof Promise)) {
      tell(answered)
      return
    }
    served.asking++
    answered
      .catch((error): Answered => {
        this.#options.worlds.realm.code.failed('request', request, error)
        return NO_ANSWER
      })
      .then((late) => {
        served.asking--
        tell(late)
      })
  }

  #answer(served: ServedPlayer, request: string, body: unknown): Answered | Promise<Answered> {
    const { player, asking } = served
    const { definition, worlds, persistence, possessions } = this.#options
    if (asking >= ASKING_MAX) return { sorry: 'Too many requests wait for an answer; wait a moment.' }
    if (possessions.areDoubtful(player))
      return possessions.read(player).then(() => this.#answer(served, request, body), excuse)
    try {
      const { realm, home } = worlds
      const { world } = realm.whereIs(player) ?? home
      return answerRequest(definition, { world, player, realm, request, body, persistence })
    } catch (error) {
      worlds.realm.code.failed('request', request, error)
      return NO_ANSWER
    }
  }
}

const NO_ANSWER: Answered = { sorry: 'The server could not answer that.' }
