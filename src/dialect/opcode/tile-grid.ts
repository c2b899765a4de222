import type { Vector2 } from '../../core/index.ts'

/** A rectangle of the clients' own map, in their tiles, that is flat and has nothing in the way. */
export interface TileGround {
  readonly column: number
  readonly row: number
  readonly columns: number
  readonly rows: number
}

/**
 * Lays the world on the clients' own map, for one player. That map is not the world's: the player stands on a flat
 * piece of it, whose middle is where the player came in. Who walks off the piece is put back to its middle, and
 * everybody around with them.
 *
 * Columns of the clients grow to the west, rows to the south.
 */
export class TileGrid {
  readonly #tileMetres: number
  readonly #ground: TileGround
  /** The column and row of the tile at the world's south-west corner. */
  #column = 0
  #row = 0

  constructor(tileMetres: number, ground: TileGround) {
    this.#tileMetres = tileMetres
    this.#ground = ground
  }

  column(position: Readonly<Vector2>): number {
    return this.columnAt(Math.floor(position.x / this.#tileMetres))
  }

  row(position: Readonly<Vector2>): number {
    return this.rowAt(Math.floor(position.y / this.#tileMetres))
  }

  /** @param east  whole tiles from the world's western edge */
  columnAt(east: number): number {
    return this.#column - east
  }

  /** @param north  whole tiles from the world's southern edge */
  rowAt(north: number): number {
    return this.#row - north
  }

  /** Returns the middle of a tile, in metres. */
  middle(column: number, row: number): Vector2 {
    return {
      x: (this.#column - column + 0.5) * this.#tileMetres,
      y: (this.#row - row + 0.5) * this.#tileMetres,
    }
  }

  /** Puts a position into the middle of the ground. */
  anchor(position: Readonly<Vector2>): void {
    const { column, row, columns, rows } = this.#ground
    this.#column = column + (columns >> 1) + Math.floor(position.x / this.#tileMetres)
    this.#row = row + (rows >> 1) + Math.floor(position.y / this.#tileMetres)
  }

  isOnGround(position: Readonly<Vector2>): boolean {
    const { column, row, columns, rows } = this.#ground
    const east = this.column(position) - column
    const south = this.row(position) - row
    return east >= 0 && east < columns && south >= 0 && south < rows
  }
}
