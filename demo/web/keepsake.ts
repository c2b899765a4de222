/**
 * Who we were last time: a guest's login token that the browser keeps, so that we come back to the same place with
 * the same things. Whoever clears the browser's memory begins anew.
 */
import { AccountRefused, accountsAt, type LoginResult } from 'shardless/client'

const storageKey = 'shardless town token'

/** One page of a browser has the token at a time: one more tab is one more player, of whom nothing is kept. */
let isOurs: Promise<boolean> | undefined
let letGo = (): void => {}

// A page that is put aside leaves it to others, and asks for it again when it is brought back.
addEventListener('pagehide', () => letGo())
addEventListener('pageshow', ({ persisted }) => {
  if (persisted && isOurs) isOurs = claim()
})

/** @returns the token to come in with; undefined where nothing can be kept */
export async function ownToken(): Promise<string | undefined> {
  isOurs ??= claim()
  if (!(await isOurs)) return undefined
  try {
    const known = localStorage.getItem(storageKey)
    const { token } = known === null ? await accounts.guest() : await goOn(known)
    localStorage.setItem(storageKey, token)
    return token
  } catch {
    // Storage may be forbidden, and a server may be busy: one can walk about all the same.
    return undefined
  }
}

const accounts = accountsAt(location.origin)

/** A new token for the one that is known; a new guest where that is good no more. */
async function goOn(known: string): Promise<LoginResult> {
  try {
    return await accounts.renew(known)
  } catch (error) {
    if (error instanceof AccountRefused && error.code === 'token') return accounts.guest()
    throw error
  }
}

function claim(): Promise<boolean> {
  // Browsers have locks on secure pages only, which this machine's own are.
  if (!navigator.locks) return Promise.resolve(true)
  return new Promise((resolve) => {
    const hold = (lock: Lock | null): Promise<void> | undefined => {
      resolve(lock !== null)
      if (!lock) return undefined
      return new Promise((free) => {
        letGo = free
      })
    }
    // A browser that takes it away from a page that is left says so by an error.
    navigator.locks.request(storageKey, { ifAvailable: true }, hold).catch(() => resolve(false))
  })
}
