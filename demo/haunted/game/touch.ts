import type { Soul } from './haunted.ts'
import type { Match } from './match.ts'
import { bodySide, dreadMax, dreadReach } from './measure.ts'
import type { Someone } from './people.ts'
import { apart, overlap } from './places.ts'

/** How much further off than it is now somebody may be touched who was seen there, in metres. */
const SEEN_SLACK = 1.25

/** How near seekers come to hiders: whom they catch, and whose heart beats. */
export class Touch {
  readonly #match: Match
  /** How loud each player's heart was when it was last told. */
  readonly #hearts = new Map<number, number>()

  constructor(match: Match) {
    this.#match = match
  }

  /** Finds who touches whom now. Nobody is found twice who is taken out of the house meanwhile. */
  *catches(): Generator<{ readonly seeker: Someone; readonly hider: Someone }> {
    const { people } = this.#match
    for (const seeker of people) {
      if (seeker.soul?.team !== 'seekers') continue
      for (const hider of people)
        if (hider.soul?.team === 'hiders' && this.#touches(seeker, hider.soul)) yield { seeker, hider }
    }
  }

  /** Tells each hider how loud their heart beats, when that has changed. */
  beat(): void {
    const { people, world } = this.#match
    for (const { player, soul } of people) {
      if (!player || soul?.team !== 'hiders') continue
      let nearest = dreadReach
      for (const { soul: seeker } of people)
        if (seeker?.team === 'seekers') nearest = Math.min(nearest, apart(seeker.position, soul.position))
      const loudness = Math.round(dreadMax * (1 - nearest / dreadReach))
      if (this.#hearts.get(player.id) === loudness) continue
      this.#hearts.set(player.id, loudness)
      world.tell('heart', { loudness }, { to: player })
    }
  }

  /** Forgets what was told, when the hunt is over. */
  rest(): void {
    this.#hearts.clear()
  }

  /** Returns whether a seeker touches a hider: where the hider is, or was seen by who aimed at them. */
  #touches({ soul, player }: Someone, hider: Soul): boolean {
    const { world, house } = this.#match
    const from = (soul as Soul).position
    if (overlap(from, hider.position, bodySide)) return true
    if (!player || !overlap(from, hider.position, bodySide + SEEN_SLACK)) return false
    const seen = world.seenBy(player, hider)
    return (
      seen !== undefined && overlap(from, seen, bodySide) && house.sight.lineIsClear(from, hider.position)
    )
  }
}
