import { AccountClient } from './accounts.ts'
import { checkUrl } from './options.ts'

/** The longest time that an answer may take, in milliseconds. */
const ANSWER_MS = 15_000

/**
 * Returns a client for a server's accounts: register, log in, choose a character.
 *
 * @param url  the address of its pages, or of the server: "https://town.example", "ws://127.0.0.1:4000"
 * @throws `client/bad-option` for what is no text
 */
export function accountsAt(url: string): AccountClient {
  checkUrl(url)
  return new AccountClient(url, async (at, request) => {
    const response = await fetch(at, { ...request, signal: AbortSignal.timeout(ANSWER_MS) })
    return response.text()
  })
}
