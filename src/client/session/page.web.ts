import type { AnyGame } from '../../world/index.ts'
import type { Client } from '../client.ts'

/**
 * A client lives as its page does: it leaves when the page is closed or left, and comes back with a page that the
 * browser has put aside (the back/forward cache) and brings back. It listens no longer than the client lives.
 */
export function attendPage<G extends AnyGame>(client: Client<G>): void {
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
