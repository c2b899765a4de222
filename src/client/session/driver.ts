import type { AnyGame } from '../../world/index.ts'
import { Client } from '../client.ts'
import type { Surroundings } from './dialer.ts'
import type { ClientOptions } from './options.ts'
import type { StopSignal } from './stop-signal.ts'

/** A platform's timers. */
export interface Timers {
  /** Calls back once after `ms` milliseconds. @returns a function that cancels it */
  after(ms: number, callback: () => void): () => void
}

/** Makes a client and joins it to timers. `opened` waits until it is in the world. */
export function drive<G extends AnyGame>(
  game: G,
  options: ClientOptions,
  platform: { surroundings: Surroundings; timers: Timers },
): Client<G> {
  const { surroundings, timers } = platform
  const client = new Client<G>(game, options, surroundings)
  let forget = (): void => {}
  const next = (): void => {
    forget()
    const wait = client.wakeAt - surroundings.now()
    if (wait === Number.POSITIVE_INFINITY) return
    forget = timers.after(Math.max(1, wait), () => {
      client.poll()
      next()
    })
  }
  client.onStatus(next)
  next()
  return client
}

/**
 * Waits until the client is in the world.
 *
 * @param signal  closes the client, and has the promise reject with its reason, when it is aborted before that
 * @returns the client once its connection is open; rejects with `Refused`, or with a sentence when nobody answers
 */
export function opened<G extends AnyGame>(client: Client<G>, signal?: StopSignal): Promise<Client<G>> {
  if (client.status === 'closed') return Promise.reject(client.refusal)
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      reject(signal?.reason)
      client.close()
    }
    const stop = client.onStatus((status, reason) => {
      if (status === 'open') resolve(client)
      else if (status === 'closed') reject(client.refusal ?? new Error(reason))
      else return
      stop()
      signal?.removeEventListener('abort', abort)
    })
    signal?.addEventListener('abort', abort)
    if (signal?.aborted) abort()
  })
}
