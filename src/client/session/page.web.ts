import type { AnyGame } from '../../world/index.ts'
import type { Client } from '../client.ts'

/**
 * Ties a client to its page: it leaves when the page is closed or left, and comes back when the browser restores
 * the page from the back/forward cache. Stops listening when the client is closed.
 */
export function attendPage<G extends AnyGame>(client: Client<G>): void {
  // What was refused before anything was sent is closed from the beginning.
  if (client.status === 'closed') return
  const hide = ({ persisted }: PageTransitionEvent): void => {
    if (persisted) client.putAside()
    else client.close()
  }
  const show = ({ persisted }: PageTransitionEvent): void => {
    if (persisted) client.takeUp()
  }
  addEventListener('pagehide', hide)
  addEventListener('pageshow', show)
  client.onStatus((status) => {
    if (status !== 'closed') return
    removeEventListener('pagehide', hide)
    removeEventListener('pageshow', show)
  })
}
