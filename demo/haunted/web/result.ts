import type { Person, Winner } from '../game/haunted.ts'
import { byId, make } from './element.ts'
import type { Session } from './session.ts'

const KEY = 'haunted-statistics'

/** What this browser's player has done in all matches. */
interface Statistics {
  matches: number
  won: number
  caught: number
  lasted: number
  walked: number
}

const TITLES: Record<Winner, string> = {
  seekers: 'The seekers have found everyone',
  hiders: 'The hiders have outlasted the night',
  nobody: 'Nobody has won',
}
const SIDES = { seekers: 'seeks', hiders: 'hides', neutral: 'watched' } as const

/** The end of a match: who won, what everyone did, and what oneself has done in all matches. */
export class Result {
  readonly #section = byId('result')
  #session: Session | undefined
  #told: number | undefined
  /** Called once at each end: whether one's own side has won. */
  onEnd: (isWon: boolean) => void = () => {}

  open(session: Session): void {
    this.#session = session
  }

  frame(): void {
    const match = this.#session?.match
    const isHere = match?.phase === 'result'
    this.#section.hidden = !isHere
    if (!this.#session || !match || !isHere || this.#told === match.endsAt) return
    this.#told = match.endsAt
    const { people, me } = this.#session
    byId('result-title').textContent = TITLES[match.winner]
    const best = [...people].sort((a, b) => b.caught - a.caught || b.lasted - a.lasted)
    byId('scores').replaceChildren(
      ...best.map((one) =>
        make(
          'tr',
          {},
          make('th', { scope: 'row', textContent: one === me ? `${one.name} (you)` : one.name }),
          make('td', { textContent: one.isCaught ? 'was caught' : SIDES[one.team] }),
          make('td', { textContent: one.team === 'seekers' ? String(one.caught) : '' }),
          make('td', { textContent: `${one.lasted} s` }),
          make('td', { textContent: `${one.walked} m` }),
        ),
      ),
    )
    if (me && me.team !== 'neutral') byId('own').textContent = this.#count(me, match.winner)
    this.onEnd(me?.team === match.winner)
  }

  /** Adds a match to what is kept in this browser. @returns all of it in a sentence */
  #count(me: Person, winner: Winner): string {
    const all: Statistics = { matches: 0, won: 0, caught: 0, lasted: 0, walked: 0, ...read() }
    all.matches++
    if (me.team === winner) all.won++
    all.caught += me.caught
    all.lasted += me.lasted
    all.walked += me.walked
    localStorage.setItem(KEY, JSON.stringify(all))
    const matches = all.matches === 1 ? 'one match' : `${all.matches} matches`
    const minutes = Math.round(all.lasted / 60)
    const lasted = minutes === 1 ? 'a minute' : minutes < 1 ? `${all.lasted} s` : `${minutes} minutes`
    const walked = all.walked < 1000 ? `${Math.round(all.walked)} m` : `${(all.walked / 1000).toFixed(1)} km`
    return `You have played ${matches} and won ${all.won}, caught ${all.caught}, lasted ${lasted} and walked ${walked}.`
  }
}

/** Reads what was kept; nothing where it is no longer what it was. */
function read(): Partial<Statistics> {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? '{}')
    return Object.values(kept).every((value) => Number.isFinite(value)) ? kept : {}
  } catch {
    return {}
  }
}
