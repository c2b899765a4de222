/**
 * Stores a guest's login token in the browser, so that the guest comes back to the same place with the same things.
 * Clearing the browser's storage starts anew.
 */
import { AccountRefused, accountsAt, type LoginResult } from 'shardless/client'

const storageKey = 'shardless town token'

/**
 * Whether this page holds the token: only one page of a browser has it at a time, and another tab is another
 * player, of whom nothing is stored.
 */
let isOurs: Promise<boolean> | undefined
let letGo = (): void => {}

// A page that is put aside leaves it to others, and asks for it again when it is brought back.
addEventListener('pagehide', () => letGo())
addEventListener('pageshow', ({ persisted }) => {
  if (persisted && isOurs) isOurs = claim()
})

/** @returns the token to come in with; undefined where nothing can be stored */
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

/** Renews the known token; makes a new guest if it is no longer valid. */
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
