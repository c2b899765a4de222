import { instant } from '../core/index.ts'
import { Freshness, type Reloads } from './freshness.ts'
import { isDigest } from './sha256.ts'

export interface ReloadOptions {
  /** Whether a reload would lose nothing now: nobody talks, fights or types. */
  readonly isQuiet: () => boolean
  /** Where the server tells its content's version; "content/version" beside the page when left out. */
  readonly url?: string | URL
  /** Milliseconds between two checks; 60,000 when left out. */
  readonly lookMs?: number
}

/** What a page that keeps itself fresh needs of a client of the client room. */
export interface FollowedClient {
  /** The content version that the client says it has; empty when it says none. */
  content: string
  onFlag(flag: 'client', callback: () => void): () => void
}

/** A page that keeps itself fresh. */
export interface Reloader {
  /** The content version that this page takes for its own; undefined before the server has told one. */
  readonly version: string | undefined
  /** Whether the server has a newer client than this page. */
  readonly isStale: boolean
  /**
   * Makes a client say which content this page has, so that its server can say when there is newer: then it checks
   * at once. Without a client, it checks once a minute.
   */
  follow(client: FollowedClient): void
  /** Checks now: the server said that there is a newer client. */
  flagged(): void
  stop(): void
}

const MEMORY = 'shardless reload'

/**
 * Reloads the page when the server has a newer client, at a moment that the game calls quiet, and never in a loop.
 */
export function reloadWhenNewer({ isQuiet, url = 'content/version', lookMs }: ReloadOptions): Reloader {
  const now = () => instant(performance.now())
  const freshness = new Freshness({ before: remembered(), lookMs }, now())
  let timer: ReturnType<typeof setTimeout>
  let isStopped = false
  const clients: FollowedClient[] = []
  const say = (client: FollowedClient): void => {
    if (freshness.own !== undefined && client.content === '') client.content = freshness.own
  }
  const look = async (): Promise<void> => {
    try {
      const response = await fetch(url, { cache: 'no-store' })
      const { version } = (await response.json()) as { version?: unknown }
      if (isDigest(version)) freshness.receive(version, now())
      clients.forEach(say)
    } catch {
      // Away for now: the next look tells.
    }
    step()
  }
  const step = (): void => {
    clearTimeout(timer)
    if (isStopped) return
    for (let out = freshness.poll(now()); out; out = freshness.poll(now())) {
      const next = out.do === 'ask whether quiet' && isQuiet() ? freshness.quiet() : out
      if (next?.do === 'look') look()
      else if (next?.do === 'reload' && remember(next.remember)) location.reload()
    }
    if (freshness.wakeAt < Infinity) timer = setTimeout(step, Math.max(0, freshness.wakeAt - now()))
  }
  const flagged = (): void => {
    freshness.flagged(now())
    step()
  }
  step()
  return {
    get version() {
      return freshness.own
    },
    get isStale() {
      return freshness.isStale
    },
    follow(client) {
      clients.push(client)
      say(client)
      client.onFlag('client', flagged)
    },
    flagged,
    stop() {
      isStopped = true
      clearTimeout(timer)
    },
  }
}

function remembered(): Reloads {
  try {
    const versions: unknown = JSON.parse(sessionStorage.getItem(MEMORY) ?? '[]')
    return Array.isArray(versions) ? versions.filter(isDigest) : []
  } catch {
    return []
  }
}

/** @returns whether it was remembered: a page that remembers nothing would not notice a loop */
function remember(reloads: Reloads): boolean {
  try {
    sessionStorage.setItem(MEMORY, JSON.stringify(reloads))
    return true
  } catch {
    return false
  }
}
