import { AccountClient } from './accounts.ts'

/** Milliseconds that an answer may take. */
const ANSWER_MS = 15_000

/**
 * The accounts of a server: register, log in, choose a character.
 *
 * @param url  where its pages are, or its address: "https://town.example", "ws://127.0.0.1:4000"
 */
export function accountsAt(url: string): AccountClient {
  return new AccountClient(url, async (at, request) => {
    const response = await fetch(at, { ...request, signal: AbortSignal.timeout(ANSWER_MS) })
    return response.text()
  })
}
