import { type DirectoryView, Fences, type KnownEntity, type PeerMessage } from '../../cluster/index.ts'
import { type CountedEntity, packValue } from './entity-value.ts'

/** The most commands that one message repeats. */
const REPEATED_MAX = 8

/** What a region tells of one district and tick. */
export interface DistrictNews {
  readonly author: string
  readonly district: number
  readonly epoch: number
  readonly tick: number
  readonly entities: readonly (CountedEntity & { readonly entity: number; readonly hop: number })[]
}

/** An entity as a follower has it. */
export interface FollowedEntity extends CountedEntity {
  readonly author: string
  readonly district: number
  readonly epoch: number
  readonly hop: number
  readonly tick: number
}

/** Follows what regions tell: the part that gateways and neighbours have in common. */
export class NewsFollower {
  readonly fences = new Fences()
  /** What it says of its floors with the next renewal. */
  ahead: ReturnType<Fences['ahead']> = []
  readonly known = new Map<number, FollowedEntity>()

  /** Takes in news. @param accepted  called for each entity that is listened to */
  take(
    news: DistrictNews,
    accepted: (entity: number, followed: FollowedEntity, before: FollowedEntity | undefined) => void,
  ): void {
    const { author, district, epoch, tick } = news
    for (const { entity, hop, steps, used } of news.entities) {
      if (!this.fences.accept(news, entity, hop)) continue
      const before = this.known.get(entity)
      if (before && before.hop === hop && before.epoch === epoch && before.tick >= tick) continue
      const followed = { author, district, epoch, hop, tick, steps, used }
      this.known.set(entity, followed)
      accepted(entity, followed, before)
    }
  }

  /** Takes in what the directory says of epochs. */
  looked(view: DirectoryView): void {
    this.fences.view(view)
    this.ahead = this.fences.ahead(view)
  }

  /** Answers who takes a district over. @returns undefined for one that is behind */
  fence({ district, epoch }: PeerMessage & { is: 'fence' }): PeerMessage | undefined {
    if (!this.fences.raise(district, epoch)) return undefined
    const known: KnownEntity[] = []
    for (const [entity, followed] of this.known)
      if (followed.district === district)
        known.push({ entity, hop: followed.hop, tick: followed.tick, state: packValue(followed) })
    return { is: 'fenced', district, epoch, known }
  }
}

/** A player at a gateway: one command a tick, each to be used once and in turn. */
export interface SimulatedClient {
  readonly entity: number
  asked: number
}

/** Commands on their way: all from `first` to `last`. */
export interface CommandRange {
  readonly entity: number
  readonly first: number
  readonly last: number
}

/** A gateway: follows everything, answers fences, and brings its players' commands to the owner of their entities. */
export class SimulatedGateway extends NewsFollower {
  readonly name: string
  readonly clients = new Set<SimulatedClient>()

  constructor(name: string) {
    super()
    this.name = name
  }

  /** Makes each client ask one thing more, and says what goes to which region. */
  commands(): { readonly to: string; readonly range: CommandRange }[] {
    const sent: { to: string; range: CommandRange }[] = []
    for (const client of this.clients) {
      const known = this.known.get(client.entity)
      if (client.asked - (known?.used ?? client.asked) < REPEATED_MAX) client.asked++
      if (!known || client.asked === known.used) continue
      const { used, author } = known
      sent.push({ to: author, range: { entity: client.entity, first: used + 1, last: client.asked } })
    }
    return sent
  }
}
