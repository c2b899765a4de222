/**
 * Who we were last time: a guest's login token that the browser keeps, so that we come back to the same place with the same
 * things. Whoever clears the browser's memory begins anew.
 */
import { AccountRefused, accountsAt, type LoginResult } from 'shardless/client'

const storageKey = 'shardless town token'

/** One page of a browser has the token at a time: one more tab is one more player, of whom nothing is kept. */
let isOurs: Promise<boolean> | undefined

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
    navigator.locks.request(storageKey, { ifAvailable: true }, (lock) => {
      resolve(lock !== null)
      // Held until the page is gone.
      return lock ? new Promise(() => {}) : undefined
    })
  })
}
