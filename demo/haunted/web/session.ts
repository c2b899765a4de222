import type { AskOf, ReplyOf } from 'shardless'
import { type Client, connect, MapKeeper } from 'shardless/client'
import { haunted, type MatchView, type Person } from '../game/haunted.ts'

type Request = keyof (typeof haunted)['requests']

const TICKET = 'haunted-ticket'

/** The connection to the house, and what the page wants of it. */
export class Session {
  readonly client: Client<typeof haunted>

  private constructor(client: Client<typeof haunted>) {
    this.client = client
  }

  /** Comes in. Rejects with a sentence when nobody answers, or the name is none. */
  static async open(name: string): Promise<Session> {
    const url = new URL('.', location.href).href.replace(/^http/, 'ws').replace(/\/$/, '')
    const client = await connect(haunted, url, { name, map: new MapKeeper().source })
    return new Session(client)
  }

  /** Asks. Rejects with the sentence of a refusal. */
  ask<N extends Request>(request: N, body: AskOf<typeof haunted, N>): Promise<ReplyOf<typeof haunted, N>> {
    return this.client.ask(request, body) as Promise<ReplyOf<typeof haunted, N>>
  }

  /** Takes up the match that this page was lost from, if its seat is still kept. */
  async takeUp(): Promise<boolean> {
    const ticket = sessionStorage.getItem(TICKET)
    if (!ticket) return false
    sessionStorage.removeItem(TICKET)
    try {
      this.sat(await this.ask('returnToRoom', { ticket }))
      return true
    } catch {
      return false
    }
  }

  /** Remembers the seat, for a page that is loaded again, and shows the room in the address, to be handed on. */
  sat({ code, ticket }: { readonly code: string; readonly ticket: string }): void {
    if (ticket) sessionStorage.setItem(TICKET, ticket)
    history.replaceState(undefined, '', `#${code}`)
  }

  left(): void {
    sessionStorage.removeItem(TICKET)
    history.replaceState(undefined, '', location.pathname + location.search)
  }

  /** What goes on in the room; undefined in the hall. */
  get match(): MatchView | undefined {
    const [match] = this.client.entities('match')
    return match
  }

  get people(): Person[] {
    return [...this.client.entities('person')]
  }

  /** One of the room's people: oneself. A name may have got a number there. */
  get me(): Person | undefined {
    const own = this.client.me?.name
    if (own !== undefined) this.#name = own
    return this.people.find(({ name }) => name === this.#name)
  }

  #name: string | undefined
  /** Whom one watches who has no body; undefined for the middle of the house. */
  followed: string | undefined

  /** Watches the next of those who have a body, and after the last the middle of the house again. */
  async followNext(): Promise<void> {
    const names = [...this.client.entities('soul')].map(({ name }) => name).sort()
    const next = names[names.indexOf(this.followed ?? '') + 1] as string | undefined
    await this.ask('follow', { name: next ?? '' })
    this.followed = next
  }

  /** Seconds until the phase ends. */
  get secondsLeft(): number {
    const { match, client } = this
    if (!match || match.endsAt === 0) return 0
    return Math.max(0, (match.endsAt - client.stats.serverTick) / (client.map?.ticksPerSecond ?? 20))
  }

  /** Seconds until seekers open their eyes. */
  get secondsBlind(): number {
    const { match, client } = this
    if (match?.phase !== 'hunt') return 0
    return Math.max(0, (match.eyesOpenAt - client.stats.serverTick) / (client.map?.ticksPerSecond ?? 20))
  }
}
