import type { Said } from '../dialect/index.ts'
import type { Player } from '../world/index.ts'
import { answer, type Reply } from './answer.ts'
import type { Connection } from './connection.ts'
import type { Connections } from './connections.ts'
import type { AnyDefinition } from './definition.ts'
import type { Persistence } from './persistence.ts'
import type { Session } from './session.ts'
import type { Worlds } from './worlds.ts'

/** Requests of one connection that may wait for their handlers at a time. */
const ASKING_MAX = 16

export interface CounterOptions {
  readonly definition: AnyDefinition
  readonly worlds: Worlds
  readonly persistence: Persistence
  readonly connections: Connections<Session>
  /** Told of what the game's own code threw. */
  readonly mistake: (error: unknown) => void
}

/** Where players ask the game's requests. Some are answered at once, some later. */
export class Counter {
  readonly #options: CounterOptions
  /** By connection: requests whose handlers wait for something. */
  readonly #asking = new WeakMap<Connection<Session>, number>()

  constructor(options: CounterOptions) {
    this.#options = options
  }

  /** A request of the game. It gets one reply, or the connection is gone by then. */
  ask(connection: Connection<Session>, said: Said & { is: 'ask' }): void {
    const { connections, mistake } = this.#options
    const { session, conversation } = connection
    if (!session) return
    const tell = (reply: Reply): void => {
      if (!connections.isOpen(connection) || conversation.reply(said.id, reply)) return
      connections.end(connection, DEAF)
    }
    const reply = this.#replyTo(connection, session.player, said)
    if (!(reply instanceof Promise)) {
      tell(reply)
      return
    }
    this.#wait(connection, 1)
    reply
      .catch((error): Reply => {
        mistake(error)
        return NO_ANSWER
      })
      .then((late) => {
        this.#wait(connection, -1)
        tell(late)
      })
  }

  #replyTo(
    connection: Connection<Session>,
    player: Player,
    said: Said & { is: 'ask' },
  ): Reply | Promise<Reply> {
    const { definition, worlds, persistence, connections, mistake } = this.#options
    if ((this.#asking.get(connection) ?? 0) >= ASKING_MAX)
      return { sorry: 'Too many requests wait for an answer; wait a moment.' }
    if (!connection.requests.take(1, connections.now)) {
      connections.traffic.dropped.count('too-many-requests')
      return { sorry: 'Too many requests; wait a moment.' }
    }
    try {
      const { realm, home } = worlds
      const { world } = realm.whereIs(player) ?? home
      return answer(definition, { world, player, realm, said, persistence })
    } catch (error) {
      mistake(error)
      return NO_ANSWER
    }
  }

  #wait(connection: Connection<Session>, by: 1 | -1): void {
    this.#asking.set(connection, (this.#asking.get(connection) ?? 0) + by)
  }
}

const DEAF = { code: 'slow', reason: 'The connection takes in too little to hear its replies.' } as const
const NO_ANSWER: Reply = { sorry: 'The server could not answer that.' }
