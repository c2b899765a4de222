import { Refused } from './refused.ts'

/** Who somebody is from now on, as the server's accounts tell it. */
export interface LoginResult {
  readonly account: {
    readonly id: string
    readonly name: string
    readonly role: 'player' | 'staff' | 'owner'
    /** Without a password: who loses the token has lost the account. */
    readonly isGuest: boolean
  }
  /** Whoever has it is that account until it expires. */
  readonly token: string
  /** In ms since 1970. */
  readonly expiresAt: number
}

/** Who wants to log in, or to register and be logged in at once. */
export interface AccountEntry {
  readonly do: 'login' | 'register'
  readonly name: string
  readonly password: string
}

/** What a client shows at the door: a login token, or what it wants to have one for. */
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

  /** What the server's accounts have told, in-band; undefined where nothing was asked. */
  get login(): LoginResult | undefined {
    return this.#login
  }

  /** What goes into a hello. */
  get shown(): { readonly login: string; readonly character: string } {
    return { login: this.#token, character: this.character }
  }

  /** What has to be asked before a hello; undefined when nothing has. */
  get page():
    | { readonly id: number; readonly page: string; readonly login: string; readonly body: string }
    | undefined {
    if (this.#entrance === undefined || this.#login) return undefined
    const { do: page, name, password } = this.#entrance
    return { id: 1, page, login: this.#token, body: JSON.stringify({ name, password }) }
  }

  /** The answer to what was asked. @returns why there is no way in; undefined when there is */
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
