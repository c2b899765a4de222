import { Refused } from './refused.ts'

/** The result of a login: the account, and a token for it. */
export interface LoginResult {
  readonly account: {
    readonly id: string
    readonly name: string
    readonly role: 'player' | 'staff' | 'owner'
    /** Whether it has no password: a guest who loses the token loses the account. */
    readonly isGuest: boolean
  }
  /** The login token: whoever has it is logged in to the account until it expires. */
  readonly token: string
  /** The time at which the token expires, in ms since 1970. */
  readonly expiresAt: number
}

/** A request to log in, or to register and be logged in at once. */
export interface AccountEntry {
  readonly do: 'login' | 'register'
  readonly name: string
  readonly password: string
}

/** Holds a client's credentials: a login token, or the name and password to get one. */
export class Credentials {
  readonly character: string
  readonly #entrance: AccountEntry | undefined
  #login: LoginResult | undefined
  #token: string

  constructor(options: { token?: string; character?: string; account?: AccountEntry }) {
    this.#token = options.token ?? ''
    this.character = options.character ?? ''
    this.#entrance = options.account
  }

  /** The in-band result from the server's accounts; undefined where nothing was asked. */
  get login(): LoginResult | undefined {
    return this.#login
  }

  /** The fields for a hello. */
  get shown(): { readonly login: string; readonly character: string } {
    return { login: this.#token, character: this.character }
  }

  /** The request to make before a hello; undefined when none is needed. */
  get page():
    | { readonly id: number; readonly page: string; readonly login: string; readonly body: string }
    | undefined {
    if (this.#entrance === undefined || this.#login) return undefined
    const { do: page, name, password } = this.#entrance
    return { id: 1, page, login: this.#token, body: JSON.stringify({ name, password }) }
  }

  /** Takes the answer to the request. @returns the refusal; undefined when it succeeded */
  receive(body: string): Refused | undefined {
    const answer = readAnswer(body)
    if (answer instanceof Refused) return answer
    this.#login = answer
    this.#token = answer.token
    return undefined
  }
}

function readAnswer(body: string): LoginResult | Refused {
  try {
    const { is, reason, account, token, expiresAt } = JSON.parse(body)
    if (is === 'done' && typeof token === 'string' && typeof account?.id === 'string')
      return { account, token, expiresAt }
    if (typeof reason === 'string') return new Refused('login', reason)
  } catch {}
  return new Refused('login', 'What the server answers to a login makes no sense.')
}
