import type { Instant } from '../../core/index.ts'
import type { AnyEntity } from '../../world/index.ts'
import type { Whereabouts } from '../conversation.ts'
import type { WorldGroup, WorldNews } from '../foreign/speaker.ts'
import type { HauntedAdapter, MatchState } from './adapter.ts'
import { AnswerWriter, LONGEST_ANSWER } from './answer.ts'
import type { CrowdLists } from './crowd.ts'
import { blockPiece, type Piece, readyPieces, type ShadeTexts, shownWords } from './list.ts'

/** How long what somebody said is shown, in ms. */
const WORDS_MS = 4000
/** After a change every other answer has the walls, so many times. */
const WALLS_TOLD = 3

/** What is kept free for what follows a list: " LOBBY ", " STATE ", " SHADES [] END". */
const TAIL_BYTES = 32
/** How many bytes those who are ready get at most, and the players beside the walls. */
const READY_BYTES_MAX = 300
const PLAYERS_BYTES = 1300

const IN_LOBBY: MatchState = { phase: 'lobby' }

export interface OutlookParts {
  readonly adapter: HauntedAdapter
  readonly crowd: CrowdLists
  readonly shades: ShadeTexts
}

/** What one player knows of the world, and how it is written. */
export class Outlook {
  readonly #parts: OutlookParts
  readonly #writer = new AnswerWriter()
  readonly #signs = new Map<number, AnyEntity>()
  #where: Whereabouts | undefined
  #groups: readonly WorldGroup[] = []
  #tick = 0
  /** What stands on the map, as a list, and the map. */
  #blocks: { readonly hash: string; readonly pieces: readonly Piece[] } | undefined
  /** How many answers have a turn yet in which walls are told. */
  #wallTurns = 0
  #words: { readonly text: string; readonly until: number } | undefined

  constructor(parts: OutlookParts) {
    this.#parts = parts
  }

  /** Takes in where the player is, and that what stands there may be another. */
  arrived(where: Whereabouts, isOtherWorld: boolean): void {
    this.#where = where
    this.#wallTurns = 2 * WALLS_TOLD
    if (isOtherWorld) this.#signs.clear()
  }

  advanced({ tick, entered, changed, left, groups }: WorldNews): void {
    this.#tick = tick
    for (let at = 0; at < changed.length; at++) this.#parts.crowd.changed(changed[at].entity)
    this.#groups = groups
    for (const entity of entered) {
      // Whoever was out of everybody's sight may have changed meanwhile.
      this.#parts.crowd.changed(entity)
      if (this.#parts.adapter.figure(entity) === undefined) this.#signs.set(entity.id, entity)
    }
    for (const { entity } of left) this.#signs.delete(entity.id)
  }

  /** Shows for a while what somebody says. */
  heard(words: string, now: Instant): void {
    this.#words = { text: shownWords(words), until: now + WORDS_MS }
  }

  /** How the match stands, by what is in sight. */
  get match(): MatchState {
    const ticksPerSecond = this.#where?.ticksPerSecond ?? 20
    const now = { tick: this.#tick, ticksPerSecond }
    return this.#parts.adapter.match?.(this.#signs.values(), now) ?? IN_LOBBY
  }

  /** Writes what a newcomer is told [HC4]. @returns bytes that are valid until the next answer is written */
  connected(name: string, port: number, own: AnyEntity | undefined): Uint8Array {
    const { width, height } = this.#parts.adapter.picture
    const ready = readyPieces(this.match)
    const players = this.#parts.crowd.in(this.#groups, this.#tick, LONGEST_ANSWER)
    // Half of the room is for the players: whoever is there is also told of later.
    const tail =
      TAIL_BYTES + Math.min(READY_BYTES_MAX, sizeOf(ready)) + Math.min(PLAYERS_BYTES, players.length + 2)
    const writer = this.#writer
    this.#wallTurns = 0
    return writer
      .begin()
      .text(`CONNECTED ${port} ${name} (${width},${height}) WALLS `)
      .list(this.#blockPieces(), tail)
      .text(' LOBBY ')
      .list(ready, Math.max(writer.left - READY_BYTES_MAX, TAIL_BYTES))
      .text(' STATE ')
      .people(players, ' END'.length, own && this.#parts.crowd.pieceOf(own))
      .text(' END')
      .take()
  }

  /**
   * Writes the state: what phase it is, who is where, what is dark [HC7]; after a change of the map the walls, by
   * turns [HC16].
   *
   * @param room  how many bytes there is room for
   * @returns     bytes that are valid until the next answer is written
   */
  state(
    own: AnyEntity | undefined,
    { now, room }: { readonly now: Instant; readonly room: number },
  ): Uint8Array {
    const { match } = this
    const { phase } = match
    const words = (): string => shownWords(match.words ?? '')
    const isPlayed = phase === 'hunt' || phase === 'result'
    const answer = this.#writer.begin(room)
    if (phase === 'lobby') answer.text('LOBBY ').list(readyPieces(match), answer.left - READY_BYTES_MAX)
    else if (phase === 'counting') answer.text(`TRANSITION_LOBBY_GAME ${words()}`)
    else if (phase === 'hunt') answer.text(`GAME ${Math.max(0, Math.ceil(match.seconds ?? 0))}`)
    else answer.text(`TRANSITION_GAME_LOBBY ${words()}`)
    if (phase === 'lobby' || phase === 'hunt') answer.text(this.#heardWords(phase, now))
    if (this.#wallTurns > 0 && --this.#wallTurns % 2 === 1)
      return answer.text(' WALLS ').list(this.#blockPieces(), ' END'.length).text(' END').take()
    const people = this.#parts.crowd.in(this.#groups, this.#tick, answer.left)
    answer.text(' STATE ').people(people, TAIL_BYTES, own && this.#parts.crowd.pieceOf(own))
    if (isPlayed) answer.text(' SHADES ').text(this.#shades(own, answer.left - ' END'.length))
    return answer.text(' END').take()
  }

  #blockPieces(): readonly Piece[] {
    const where = this.#where
    if (where === undefined) return []
    const hash = `${where.map} ${where.hash}`
    if (this.#blocks?.hash !== hash) {
      const blocks = this.#parts.adapter.blocks?.(where) ?? []
      this.#blocks = { hash, pieces: blocks.map(blockPiece) }
    }
    return this.#blocks.pieces
  }

  /** Writes what somebody has just said, as the words in the middle of the picture [HC8]. */
  #heardWords(phase: 'lobby' | 'hunt', now: Instant): string {
    if (this.#words === undefined || now > this.#words.until) return ''
    return ` TRANSITION_${phase === 'lobby' ? 'LOBBY_GAME' : 'GAME_LOBBY'} ${this.#words.text}`
  }

  #shades(own: AnyEntity | undefined, bytesMax: number): string {
    const { adapter, shades } = this.#parts
    if (!own || !this.#where) return '[]'
    return shades.of(adapter.dark?.(own, this.#where), bytesMax)
  }
}

function sizeOf(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, { bytes }) => sum + bytes.length + 1, 2)
}
