import type { Said } from '../dialect/index.ts'
import type { Player } from '../world/index.ts'
import type { Admission } from './admission.ts'
import { answer, type Reply } from './answer.ts'
import type { Connection } from './connection.ts'
import type { AnyDefinition } from './definition.ts'
import type { Keep } from './keep.ts'
import type { Lines } from './lines.ts'
import type { Tally } from './tally.ts'
import type { Worlds } from './worlds.ts'

/** Pages of accounts that one connection may ask before hello. */
const PAGES_MAX = 8
/** Requests of one connection that may wait for their handlers at a time. */
const ASKING_MAX = 16

export interface CounterOptions {
  readonly definition: AnyDefinition
  readonly worlds: Worlds
  readonly keep: Keep
  readonly tally: Tally
  readonly lines: Lines
  /** Told of what the game's own code threw. */
  readonly mistake: (error: unknown) => void
  readonly admission: Admission | undefined
}

/** Where players ask: the game's requests, and before hello the pages of accounts. Some are answered at once, some later. */
export class Counter {
  readonly #options: CounterOptions

  constructor(options: CounterOptions) {
    this.#options = options
  }

  /** A request of the game. It gets one reply, or the connection is gone by then. */
  ask(connection: Connection, said: Said & { is: 'ask' }): void {
    const { lines, mistake } = this.#options
    const { session, conversation } = connection
    if (!session) return
    const tell = (reply: Reply): void => {
      if (!lines.isOpen(connection) || conversation.reply(said.id, reply)) return
      const reason = 'The connection takes in too little to hear its replies.'
      lines.end(connection, { code: 'slow', reason })
    }
    const reply = this.#replyTo(connection, session.player, said)
    if (!(reply instanceof Promise)) {
      tell(reply)
      return
    }
    connection.asking++
    reply
      .catch((error): Reply => {
        mistake(error)
        return NO_ANSWER
      })
      .then((late) => {
        connection.asking--
        tell(late)
      })
  }

  /** A page of accounts: one at a time, and a few for each connection. */
  page(connection: Connection, { id, ...asked }: Said & { is: 'page' }): void {
    const { admission, lines } = this.#options
    const answered = (body: string): void => {
      connection.isPageAsked = false
      connection.waitsSince = lines.now
      if (!lines.isOpen(connection)) return
      connection.conversation.answer(id, body)
      lines.send(connection)
    }
    if (admission === undefined || connection.isPageAsked || connection.pages >= PAGES_MAX) {
      answered(NO_PAGE)
      return
    }
    connection.pages++
    connection.isPageAsked = true
    admission.page({ ...asked, address: connection.link.address }, answered)
  }

  #replyTo(connection: Connection, player: Player, said: Said & { is: 'ask' }): Reply | Promise<Reply> {
    const { definition, worlds, keep, tally, lines, mistake } = this.#options
    if (connection.asking >= ASKING_MAX)
      return { sorry: 'Too many requests wait for an answer; wait a moment.' }
    if (!connection.requests.take(1, lines.now)) {
      tally.dropped.count('too-many-requests')
      return { sorry: 'Too many requests; wait a moment.' }
    }
    try {
      const { realm, home } = worlds
      const { world } = realm.whereIs(player) ?? home
      return answer(definition, { world, player, realm, said, keep })
    } catch (error) {
      mistake(error)
      return NO_ANSWER
    }
  }
}

const NO_ANSWER: Reply = { sorry: 'The server could not answer that.' }
const NO_PAGE = JSON.stringify({
  is: 'refused',
  code: 'closed',
  reason: 'There is nothing to ask here: this server has no accounts, or too much was asked at once.',
})
