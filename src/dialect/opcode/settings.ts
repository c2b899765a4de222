import type { Milliseconds } from '../../core/index.ts'
import type { AnyEntity } from '../../world/index.ts'
import type { Adapter } from '../adapter.ts'
import type { FootpathOptions } from './footpath.ts'
import type { LookShelf } from './look-shelf.ts'
import type { TileGround } from './tile-grid.ts'
import type { TileSpots } from './tile-spot.ts'

/** A request of the game. */
export interface Wish {
  readonly request: string
  readonly body: unknown
}

/** The options of the dialect, each with a value. */
export interface OpcodeSettings {
  readonly adapter: Adapter
  readonly tileMetres: number
  readonly walk: FootpathOptions
  readonly facing: (entity: AnyEntity) => number | undefined
  readonly spots: TileSpots
  readonly looks: LookShelf
  readonly order: (words: string) => Wish | undefined
  readonly answer: (request: string, body: unknown) => string | undefined
  readonly tickMs: Milliseconds
  readonly ground: TileGround | undefined
  readonly welcome: string
}
