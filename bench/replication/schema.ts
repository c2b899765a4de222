/**
 * The same walkers through @colyseus/schema with a view for everybody, in the setup its papers recommend: a shared
 * encode pass, then one for each view. What a viewer may see is decided for it by our views and costs it nothing; only
 * `add` and `remove` are counted, and what follows from them.
 */
import { Encoder, type Iterator, type SchemaType, StateView, schema, t } from '@colyseus/schema'
import type { Town } from './town.ts'

const Player = schema(
  {
    // Centimetres; 16 bits are enough for this ground.
    x: t.uint16(),
    y: t.uint16(),
    facing: t.uint8(),
    health: t.uint8(),
    animation: t.uint8(),
    name: t.string(),
  },
  'Player',
)
type Player = SchemaType<typeof Player>
const State = schema({ players: t.map(Player).view() }, 'State')

/** Who comes into one viewer's view and who leaves it, in one tick. */
interface Moves {
  readonly added: readonly Player[]
  readonly removed: readonly Player[]
}

export class SchemaTown {
  bytes = 0
  readonly #town: Town
  readonly #players: Player[] = []
  readonly #encoder: Encoder
  readonly #views: StateView[] = []
  /** By viewer: who is in view. */
  readonly #seen: Set<Player>[] = []

  constructor(town: Town) {
    Encoder.BUFFER_SIZE = 1024 * 1024
    this.#town = town
    const state = new State()
    this.#encoder = new Encoder(state)
    for (const [i, person] of town.people.entries()) {
      const player = new Player()
      player.name = `Walker ${i}`
      state.players.set(String(person.id), player)
      this.#players.push(player)
      this.#views.push(new StateView())
      this.#seen.push(new Set())
    }
    this.follow()
  }

  /** Copies what the game changed. The library notes it as it is assigned: this is not measured. */
  follow(): void {
    for (const [i, { position, facing, health, animation }] of this.#town.people.entries()) {
      const player = this.#players[i]
      player.x = Math.floor(position.x * 100)
      player.y = Math.floor(position.y * 100)
      player.facing = Math.round((facing * 256) / (2 * Math.PI)) % 256
      player.health = health
      player.animation = animation
    }
  }

  /** Returns who comes and goes in each view, as our views decided. Not measured. */
  moves(): Moves[] {
    const { grid } = this.#town.author.ledger
    const byCell = new Map<number, Player[]>()
    for (const [i, { position }] of this.#town.people.entries()) {
      const cell = grid.cellAt(position.x, position.y)
      const there = byCell.get(cell)
      if (there) there.push(this.#players[i])
      else byCell.set(cell, [this.#players[i]])
    }
    return this.#town.cellsInView.map((cells, i) => {
      const seen = this.#seen[i]
      const now = new Set(cells.flatMap((cell) => byCell.get(cell) ?? []))
      const added = [...now].filter((player) => !seen.has(player))
      const removed = [...seen].filter((player) => !now.has(player))
      this.#seen[i] = now
      return { added, removed }
    })
  }

  /** Does the measured part: interest, encode, assemble. */
  tell(moves: readonly Moves[]): void {
    const encoder = this.#encoder
    for (let i = 0; i < moves.length; i++) {
      for (const player of moves[i].removed) this.#views[i].remove(player)
      for (const player of moves[i].added) this.#views[i].add(player)
    }
    const it: Iterator = { offset: 0 }
    encoder.encode(it)
    const shared = it.offset
    for (const view of this.#views) this.bytes += encoder.encodeView(view, shared, it).length
    encoder.discardChanges()
  }
}
