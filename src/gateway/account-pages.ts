import type { Measured, Readings } from '../core/index.ts'
import type { Said } from '../dialect/index.ts'
import type { Admission } from './admission.ts'
import type { Connection, Follower } from './connection.ts'
import type { Connections } from './connections.ts'
import { gatewayMetrics } from './metrics.ts'

/** The most account pages one connection may request before hello. */
const PAGES_MAX = 8

/** Counts the pages a connection has requested, and notes whether one awaits its answer. */
interface Asker {
  pages: number
  isWaiting: boolean
}

/** Answers account pages requested in-band before hello: one at a time, and a few for each connection. */
export class AccountPages<F extends Follower> implements Measured {
  readonly #connections: Connections<F>
  readonly #admission: Admission | undefined
  readonly #askers = new WeakMap<Connection<F>, Asker>()
  #refused = 0

  constructor(connections: Connections<F>, admission: Admission | undefined) {
    this.#connections = connections
    this.#admission = admission
  }

  measure(readings: Readings): void {
    readings.add(gatewayMetrics.pagesRefused, this.#refused)
  }

  ask(connection: Connection<F>, { id, ...asked }: Said & { is: 'page' }): void {
    const connections = this.#connections
    const asker = this.#askers.get(connection) ?? { pages: 0, isWaiting: false }
    this.#askers.set(connection, asker)
    const answered = (body: string): void => {
      asker.isWaiting = false
      connection.isBusy(connections.now)
      if (!connections.isOpen(connection)) return
      connection.conversation.answer(id, body)
      connections.send(connection)
    }
    if (this.#admission === undefined || asker.isWaiting || asker.pages >= PAGES_MAX) {
      this.#refused++
      answered(NO_PAGE)
      return
    }
    asker.pages++
    asker.isWaiting = true
    this.#admission.page({ ...asked, address: connection.link.address }, answered)
  }
}

const NO_PAGE = JSON.stringify({
  is: 'refused',
  code: 'closed',
  reason: 'There is nothing to ask here: this server has no accounts, or too much was asked at once.',
})
