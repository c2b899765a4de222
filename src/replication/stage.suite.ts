import { everySort } from '../../test/field/every-sort.ts'
import { Random } from '../core/index.ts'
import { emptyMap } from '../geometry/index.ts'
import { integer, record } from '../wire/index.ts'
import { defineGame, World } from '../world/index.ts'
import { Author } from './author/author.ts'
import { PacketWriter } from './encoding/packet.ts'
import { type Receipt, Replica } from './replica/replica.ts'
import { Desk } from './view/desk.ts'
import { View } from './view/view.ts'
import type { ViewOptions } from './view/view-options.ts'

/** Is a small game for the tests of this room: 256 x 256 m in cells of 32 m, with a field of every sort. */
export const stageGame = defineGame({
  name: 'stage',
  version: '1',
  map: { width: 256, height: 256, cellSize: 32 },
  player: 'walker',
  entities: everySort,
  command: record({ east: integer({ min: -1, max: 1 }) }),
  step() {},
})

export type StageWorld = World<typeof stageGame>

/** A world and its author, tick by tick. */
export class Stage {
  readonly world: StageWorld
  readonly author: Author
  readonly desk: Desk

  constructor() {
    this.world = new World(stageGame, { map: emptyMap(256, 256), random: new Random(1) })
    this.author = new Author(this.world as never)
    this.desk = new Desk(this.author)
  }

  /** Makes a walker with everything set; `start` says what differs. */
  walker(x: number, y: number, start: { readonly name?: string; readonly isRestricted?: boolean } = {}) {
    const { name = 'Ada', isRestricted } = start
    return this.world.spawn(
      'walker',
      { position: { x, y }, facing: 0, health: 100, bag: [], friend: 0, name },
      { isRestricted },
    )
  }

  /** Runs one tick and lets `watchers` hear of it. */
  tick(...watchers: readonly Watcher[]): void {
    this.publish()
    for (const watcher of watchers) watcher.listen()
    this.world.endTick()
  }

  /** Runs the first half of a tick; `world.endTick` is the second. */
  publish(): void {
    this.world.advance()
    this.author.publish()
    this.desk.begin(this.world.tick)
  }
}

/** One viewer on a link that loses nothing: `told` holds what it was told, `packets` what its packets were. */
export class Watcher {
  view: View
  readonly replica: Replica
  /** "Ada enters", "Ada leaves (removed)", "Ada changes health from 100". */
  readonly told: string[] = []
  readonly packets: Uint8Array[] = []
  readonly moves: { readonly id: number; readonly tick: number; readonly hasJumped: boolean }[] = []
  readonly #desk: Desk
  readonly #packet = new PacketWriter(65_536)

  constructor(desk: Desk, options: Partial<ViewOptions> = {}) {
    this.#desk = desk
    this.view = new View(desk, options)
    const nameOf = (entity: { readonly id: number; readonly name?: unknown }): unknown =>
      entity.name ?? entity.id
    this.replica = new Replica(desk.source.ledger.game, {
      entered: ({ entity }) => this.told.push(`${nameOf(entity)} enters`),
      changed: ({ entity }, before) => {
        for (const [field, value] of Object.entries(before))
          this.told.push(`${nameOf(entity)} changes ${field} from ${JSON.stringify(value)}`)
      },
      moved: ({ id }, tick, hasJumped) => this.moves.push({ id, tick, hasJumped }),
      left: ({ entity }, why) => this.told.push(`${nameOf(entity)} leaves (${why})`),
    })
  }

  /** Takes another view, which the replica follows from here on. */
  renew(options: Partial<ViewOptions> = {}): this {
    this.view.close()
    this.view = new View(this.#desk, options)
    return this
  }

  at(x: number, y: number, radius = 40): this {
    this.view.lookAt(x, y, radius)
    return this
  }

  /** The bytes of the last packet; 0 when there was none in this tick. */
  get bytes(): number {
    return this.packets.at(-1)?.length ?? 0
  }

  /** Writes what the view has to say; an empty packet for nothing. */
  write(): Uint8Array {
    return this.writeNumbered().bytes
  }

  /** The same, with the packet's number; 0 for nothing. */
  writeNumbered(): { readonly number: number; readonly bytes: Uint8Array } {
    this.#packet.length = 0
    const number = this.view.write(this.#packet)
    const bytes = this.#packet.finish().slice()
    this.packets.push(bytes)
    return { number, bytes }
  }

  listen(): Receipt {
    return this.replica.receive(this.#desk.changes.tick, this.write())
  }

  /** Returns what was told since the last call. */
  news(): string[] {
    return this.told.splice(0)
  }
}
