import type { LoginResult } from './credentials.ts'

/** A character of the account. */
export interface CharacterResult {
  readonly id: string
  readonly name: string
  /** The time of its creation, in ms since 1970. */
  readonly createdAt: number
  readonly savedAt: number
  readonly isInWorld: boolean
}

/** Tells why the server's accounts did not do what was asked. The message is for people, `code` for programs. */
export class AccountRefused extends Error {
  /** A code of docs/spec/account.md [A50]; "away" when nobody answers. */
  readonly code: string
  /** The seconds to wait before asking again. */
  readonly waitSeconds: number | undefined
  /** The end of a ban, in ms since 1970; undefined for good. */
  readonly until: number | undefined

  constructor(
    code: string,
    reason: string,
    more: { waitSeconds?: number; until?: number; cause?: unknown } = {},
  ) {
    super(reason, 'cause' in more ? { cause: more.cause } : undefined)
    this.name = 'AccountRefused'
    this.code = code
    this.waitSeconds = more.waitSeconds
    this.until = more.until
  }
}

/** One request over HTTP: what the platform's `fetch` does. @returns status and body */
export type AskAccounts = (
  url: string,
  request: { readonly method: string; readonly headers: Record<string, string>; readonly body?: string },
) => Promise<string>

/**
 * Asks a server's accounts over HTTP. Each method rejects with `AccountRefused`.
 *
 *     const accounts = new AccountClient('https://town.example', ask)
 *     const { token } = await accounts.login('Ada', password)
 *     const client = await connect(game, 'wss://town.example', { name: 'Ada', token })
 */
export class AccountClient {
  readonly #base: string
  readonly #ask: AskAccounts

  /** @param url  the address of the server's pages, or one to connect to: "ws://host:port" */
  constructor(url: string, ask: AskAccounts) {
    this.#base = `${url
      .replace(/^ws/, 'http')
      .replace(/^(udp|tcp):/, 'http:')
      .replace(/\/+$/, '')}/account/`
    this.#ask = ask
  }

  /** Registers a new account and logs it in; with a guest's token, gives the guest's account a name and a password. */
  register(name: string, password: string, guestToken = ''): Promise<LoginResult> {
    return this.#post('register', { name, password }, guestToken)
  }

  login(name: string, password: string): Promise<LoginResult> {
    return this.#post('login', { name, password })
  }

  /** Makes an account without a name: whoever has its token owns it. */
  guest(): Promise<LoginResult> {
    return this.#post('guest', {})
  }

  /** Exchanges a token that is still good for a new one. */
  renew(token: string): Promise<LoginResult> {
    return this.#post('renew', {}, token)
  }

  /** Changes the password; every other session of the account ends. */
  changePassword(token: string, old: string, fresh: string): Promise<LoginResult> {
    return this.#post('password', { old, new: fresh }, token)
  }

  /** Ends every session of the account, this one too. */
  async logout(token: string): Promise<void> {
    await this.#post('logout', {}, token)
  }

  /** Deletes the account, its characters and all they have. */
  async delete(token: string, password: string): Promise<void> {
    await this.#post('delete', { password }, token)
  }

  async characters(token: string): Promise<readonly CharacterResult[]> {
    return (await this.#send<{ characters: CharacterResult[] }>('GET', 'characters', token)).characters
  }

  async createCharacter(token: string, name: string): Promise<CharacterResult> {
    return (await this.#post<{ character: CharacterResult }>('characters', { name }, token)).character
  }

  async deleteCharacter(token: string, id: string): Promise<void> {
    await this.#send('DELETE', `characters/${encodeURIComponent(id)}`, token)
  }

  #post<Result>(page: string, form: object, token = ''): Promise<Result> {
    return this.#send('POST', page, token, JSON.stringify(form))
  }

  async #send<Result>(method: string, page: string, token: string, body?: string): Promise<Result> {
    const headers: Record<string, string> = {}
    if (token !== '') headers.Authorization = `Bearer ${token}`
    if (body !== undefined) headers['Content-Type'] = 'application/json'
    let answer: Record<string, unknown>
    try {
      answer = JSON.parse(await this.#ask(this.#base + page, { method, headers, body }))
    } catch (cause) {
      throw new AccountRefused('away', `Nobody answers for accounts at ${this.#base}.`, { cause })
    }
    if (typeof answer.error !== 'string') return answer as Result
    throw new AccountRefused(String(answer.code ?? 'error'), answer.error, answer as object)
  }
}
