import { Counters, type Instant, type Measured, type Readings } from '../../core/index.ts'
import { AddressGate } from '../../gateway/index.ts'
import type { Link } from '../../transport/index.ts'
import type { LineTaker } from '../console-lines.ts'
import { ADMIN_VERSION, readAdminHello, writeAdminAnswer } from './admin-message.ts'
import { AdminSession } from './admin-session.ts'
import { adminMetrics } from './metrics.ts'

export interface AdminDeskOptions {
  readonly console: LineTaker
  /** Returns whether this is the token, in a time that tells nothing of it. */
  readonly isToken: (text: string) => boolean
  /** Told who comes, who goes, and each line that is run; for the server's own log. */
  readonly told?: (sentence: string) => void
}

/** How many operators are in at a time, and how many more connections may be saying hello. */
const SESSIONS_MAX = 8
const GREETING_MAX = 8
/** How long a connection may take to say hello, in ms. */
const HELLO_MS = 5000
/** How many hellos an address has in a second, and how many lines and completions. */
const HELLOS_PER_SECOND = 1
const ASKS_PER_SECOND = 20

interface Greeting {
  readonly link: Link
  readonly since: Instant
}

/**
 * Lets operators in who know the token, and has their lines run. It is a machine: it is handed links and told the
 * time.
 *
 *     accept --> greeting --hello with the token--> an AdminSession --> LineTaker
 *                   '--- anything else, or 5 s: closed with a sentence, and counted
 */
export class AdminDesk implements Measured {
  readonly #options: AdminDeskOptions
  readonly #greetings = new Set<Greeting>()
  readonly #sessions = new Set<AdminSession>()
  readonly #hellos = new AddressGate(HELLOS_PER_SECOND)
  readonly #asks = new AddressGate(ASKS_PER_SECOND)
  readonly #refused = new Counters(...adminMetrics.refused.values)
  readonly #asked = new Counters(...adminMetrics.asked.values)

  constructor(options: AdminDeskOptions) {
    this.#options = options
  }

  measure(readings: Readings): void {
    readings.add(adminMetrics.operators, this.#sessions.size)
    readings.addAll(adminMetrics.refused, this.#refused)
    readings.addAll(adminMetrics.asked, this.#asked)
  }

  /** Takes over a link. @param now  the clock */
  accept(link: Link, now: () => Instant): void {
    if (this.#greetings.size >= GREETING_MAX) {
      this.#refuse(link, 'limit', 'Too many are at the door of the console; try again in a while.')
      return
    }
    const greeting: Greeting = { link, since: now() }
    this.#greetings.add(greeting)
    let session: AdminSession | undefined
    link.open({
      receive: (packet) => {
        if (session) session.receive(packet, now())
        else if (this.#greetings.delete(greeting)) session = this.#greet(link, packet, now())
      },
      closed: () => {
        this.#greetings.delete(greeting)
        if (!session || !this.#sessions.delete(session)) return
        session.end()
        this.#options.told?.(`The operator at ${link.remote} is gone.`)
      },
    })
  }

  /** Closes connections that have not said hello in time; call it once a second or so. */
  advance(now: Instant): void {
    for (const greeting of this.#greetings)
      if (now - greeting.since >= HELLO_MS) {
        this.#greetings.delete(greeting)
        this.#refuse(greeting.link, 'late', 'No hello came in time.')
      }
  }

  #greet(link: Link, packet: Uint8Array, now: Instant): AdminSession | undefined {
    if (!this.#hellos.take(link.address, now))
      return this.#refuse(link, 'rate', 'Too many tries from this address; wait a few seconds.')
    const hello = readAdminHello(packet)
    if (hello === undefined) return this.#refuse(link, 'malformed', 'That is no hello of an operator.')
    if (hello.version !== ADMIN_VERSION)
      return this.#refuse(
        link,
        'version',
        `This server speaks version ${ADMIN_VERSION} of the operator's protocol, and you version ${hello.version}.`,
      )
    if (!this.#options.isToken(hello.token))
      return this.#refuse(link, 'token', 'The token is not the one of this server.')
    if (this.#sessions.size >= SESSIONS_MAX)
      return this.#refuse(link, 'limit', `${SESSIONS_MAX} operators are here already.`)
    const { told } = this.#options
    const session = new AdminSession(link, {
      console: this.#options.console,
      count: (what) => this.#asked.count(what),
      malformed: (reason) => this.#refuse(link, 'malformed', reason),
      takes: (at) => this.#asks.take(link.address, at),
      running: (line) => told?.(`The operator at ${link.remote} says: ${printable(line)}`),
    })
    this.#sessions.add(session)
    told?.(`An operator has come in from ${link.remote}.`)
    link.send(writeAdminAnswer({ is: 'welcome', number: 0, text: '', words: [] }))
    return session
  }

  #refuse(link: Link, why: (typeof adminMetrics.refused.values)[number], reason: string): undefined {
    this.#refused.count(why)
    link.close(reason)
  }
}

/** Leaves out control characters, which a terminal obeys. */
function printable(text: string): string {
  return text.replaceAll(/\p{C}/gu, '?')
}
