import { after, type Instant, milliseconds } from '../../core/index.ts'
import type { Address } from '../address.ts'
import { patienceOf, protocolBytes } from '../packet/protocol.ts'
import { type RequestFault, requestExpiry, requestFault, requestParts } from '../packet/request.ts'
import { Challenges, type ChallengeToken } from '../token/challenge-token.ts'
import { openPrivateToken, type PrivateToken, readPrivateToken } from '../token/private-token.ts'
import { UsedTokens } from '../token/used-tokens.ts'
import { type Pending, PendingTable } from './pending-table.ts'
import { RequestBudget } from './request-budget.ts'
import type { FullServerOptions } from './server-options.ts'
import type { SessionTable } from './session-table.ts'

/** Why a request is ignored. */
export type RequestRefusal =
  | RequestFault
  | 'request flood'
  | 'token forged'
  | 'token malformed'
  | 'other server'
  | 'address connected'
  | 'client connected'
  | 'token used'
  | 'too many tokens'
  | 'too many pending'

/** The answer to a valid request, under the server-to-client key of its token. */
export type RequestAnswer =
  | { readonly do: 'deny'; readonly key: Uint8Array }
  | { readonly do: 'challenge'; readonly key: Uint8Array; readonly body: Uint8Array }

/**
 * The way from a stranger to a client that may have a slot: judges requests, issues challenges, and checks that
 * each answer comes from the one who was challenged.
 */
export class RequestJudge {
  readonly #options: FullServerOptions
  readonly #protocol: Uint8Array
  readonly #sessions: SessionTable
  readonly #challenges: Challenges
  readonly #budget: RequestBudget
  readonly #pending: PendingTable
  readonly #usedTokens: UsedTokens

  constructor(options: FullServerOptions, sessions: SessionTable) {
    this.#options = options
    this.#protocol = protocolBytes(options.protocolId)
    this.#sessions = sessions
    this.#challenges = new Challenges(options.cipher)
    this.#budget = new RequestBudget(options.requestsPerSecondMax)
    this.#pending = new PendingTable(options.pendingMax)
    this.#usedTokens = new UsedTokens(options.usedTokensMax)
  }

  /** @returns whether one more packet of somebody without a connection may be opened now */
  mayOpen(now: Instant): boolean {
    return this.#budget.take(now)
  }

  /** Lists those who were challenged at this address and may answer. */
  pendingAt(from: Address, now: Instant): readonly Pending[] {
    return this.#pending.at(from, now)
  }

  /**
   * Takes the standard's steps for a request. Those that open nothing come first; in any order, each of them leads
   * to the same silence.
   */
  request(
    packet: Uint8Array,
    from: Address,
    time: { now: Instant; unixSeconds: number },
  ): RequestRefusal | RequestAnswer {
    const { now, unixSeconds } = time
    const fault = requestFault(packet, this.#protocol, unixSeconds)
    if (fault) return fault
    const parts = requestParts(packet)
    if (this.#sessions.at(from)) return 'address connected'
    if (!this.#usedTokens.isFree(parts.tag, from)) return 'token used'
    if (!this.#budget.take(now)) return 'request flood'
    const key = this.#options.privateKey
    const plain = openPrivateToken(parts.privateToken, this.#options.cipher, { ...parts, key })
    if (!plain) return 'token forged'
    const token = readPrivateToken(plain)
    if (!token) return 'token malformed'
    if (!this.#isForUs(token)) return 'other server'
    if (this.#sessions.of(token.clientId)) return 'client connected'
    const times = { expiresAtSeconds: requestExpiry(packet), unixSeconds }
    if (!this.#usedTokens.claim(parts.tag, from, times)) return 'too many tokens'
    if (this.#sessions.isFull) return { do: 'deny', key: token.serverToClientKey }
    // Without a time-out, whoever does not answer is remembered no longer than its token is good for.
    const tokenLeft = milliseconds((times.expiresAtSeconds - unixSeconds) * 1000)
    const expiresAt = after(now, token.timeoutSeconds > 0 ? patienceOf(token.timeoutSeconds) : tokenLeft)
    const pending = { tag: parts.tag, token, challengedFrom: this.#challenges.nextSequence, expiresAt }
    if (!this.#pending.add(from, pending, now)) return 'too many pending'
    const body = this.#challenges.issue(token.clientId, token.userData)
    return { do: 'challenge', key: token.serverToClientKey, body }
  }

  /**
   * @param body of a response packet that was sealed with this pending client's key
   * @returns    the challenge it answers, or undefined when that was not issued here, or not to this client
   */
  response(body: Uint8Array, pending: Pending): ChallengeToken | undefined {
    const challenge = this.#challenges.read(body)
    const isOurs =
      challenge?.clientId === pending.token.clientId && challenge.sequence >= pending.challengedFrom
    return isOurs ? challenge : undefined
  }

  /** Settles a pending client that has got its slot: its token is spent, and its address no longer a stranger's. */
  settle(from: Address, pending: Pending): void {
    this.#usedTokens.spend(pending.tag)
    this.#pending.remove(from)
  }

  #isForUs(token: PrivateToken): boolean {
    return token.servers.some((server) => this.#options.addresses.some((own) => own.equals(server)))
  }
}
