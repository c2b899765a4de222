/**
 * The client's state machine as the standard's prose tells it ("Client State Machine"), written a second time and
 * as plainly as possible. Times in ms.
 */
export interface ModelToken {
  readonly servers: number
  readonly timeoutMs: number
  readonly lifeMs: number
  readonly isValid: boolean
}

export class ClientModel {
  state = 'disconnected'
  /** Which server of the token is being asked. */
  server = 0
  #token: ModelToken | undefined
  #begunAt = 0
  #heardAt = 0

  connect(token: ModelToken, now: number): void {
    this.state = token.isValid ? 'sending connection request' : 'invalid connect token'
    this.#token = token
    this.server = 0
    this.#begunAt = now
    this.#heardAt = now
  }

  disconnect(): void {
    if (this.#isUnderWay || this.state === 'connected') this.state = 'disconnected'
  }

  /** Takes an authentic packet from the server being asked. */
  hear(kind: string, now: number): void {
    if (this.state === 'sending connection request') {
      if (kind === 'challenge') this.#go('sending connection response', now)
      if (kind === 'denied') this.#fail('connection denied', now)
    } else if (this.state === 'sending connection response') {
      if (kind === 'keep-alive') this.#go('connected', now)
      if (kind === 'denied') this.#fail('connection denied', now)
    } else if (this.state === 'connected') {
      if (kind === 'keep-alive' || kind === 'payload') this.#heardAt = now
      if (kind === 'disconnect') this.state = 'disconnected'
    }
  }

  /** Moves time on to `now`. */
  wait(now: number): void {
    const token = this.#token
    if (!token || !(this.#isUnderWay || this.state === 'connected')) return
    const isSilent = now - this.#heardAt >= token.timeoutMs
    if (this.#isUnderWay && now - this.#begunAt >= token.lifeMs) this.state = 'connect token expired'
    else if (isSilent && this.state === 'sending connection request')
      this.#fail('connection request timed out', now)
    else if (isSilent && this.state === 'sending connection response')
      this.#fail('connection response timed out', now)
    else if (isSilent) this.state = 'connection timed out'
  }

  get #isUnderWay(): boolean {
    return this.state.startsWith('sending')
  }

  #go(state: string, now: number): void {
    this.state = state
    this.#heardAt = now
  }

  #fail(error: string, now: number): void {
    if (this.server + 1 < this.#token!.servers) {
      this.server++
      this.#go('sending connection request', now)
    } else {
      this.state = error
    }
  }
}
