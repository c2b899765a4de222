/** The most squares of the grid; larger maps have larger squares. */
const SQUARES_MAX = 1 << 18

/**
 * Knows who stands where, so that nobody walks into anybody: round bodies of one radius in a grid of squares, each
 * a linked list. Bodies are numbers, dense and reused.
 */
export class Crowd {
  readonly radius: number
  readonly #size: number
  readonly #columns: number
  readonly #rows: number
  readonly #first: Int32Array
  readonly #free: number[] = []
  #xs = new Float64Array(64)
  #ys = new Float64Array(64)
  #square = new Int32Array(64)
  #next = new Int32Array(64)
  #before = new Int32Array(64)
  #count = 0

  constructor(width: number, height: number, radius: number) {
    this.radius = radius
    let size = Math.max(1, radius * 4)
    while (Math.ceil(width / size) * Math.ceil(height / size) > SQUARES_MAX) size *= 2
    this.#size = size
    this.#columns = Math.max(1, Math.ceil(width / size))
    this.#rows = Math.max(1, Math.ceil(height / size))
    this.#first = new Int32Array(this.#columns * this.#rows).fill(-1)
  }

  add(x: number, y: number): number {
    const body = this.#free.pop() ?? this.#count++
    if (body >= this.#xs.length) this.#grow()
    this.#xs[body] = x
    this.#ys[body] = y
    this.#link(body, this.#squareAt(x, y))
    return body
  }

  move(body: number, x: number, y: number): void {
    this.#xs[body] = x
    this.#ys[body] = y
    const square = this.#squareAt(x, y)
    if (square === this.#square[body]) return
    this.#unlink(body)
    this.#link(body, square)
  }

  remove(body: number): void {
    this.#unlink(body)
    this.#free.push(body)
  }

  /**
   * Finds who would be in the way of a body at (x, y): somebody whom it would overlap there, and more than it does
   * now.
   *
   * @returns the body in the way, -1 for none
   */
  inTheWay(body: number, x: number, y: number): number {
    const reach = 2 * this.radius
    const xs = this.#xs
    const ys = this.#ys
    const right = this.#column(x + reach)
    const top = this.#row(y + reach)
    for (let row = this.#row(y - reach); row <= top; row++)
      for (let column = this.#column(x - reach); column <= right; column++)
        for (let other = this.#first[column + row * this.#columns]; other >= 0; other = this.#next[other]) {
          if (other === body) continue
          const dx = xs[other] - x
          const dy = ys[other] - y
          const squared = dx * dx + dy * dy
          if (squared >= reach * reach) continue
          const nowX = xs[other] - xs[body]
          const nowY = ys[other] - ys[body]
          if (squared < nowX * nowX + nowY * nowY) return other
        }
    return -1
  }

  #squareAt(x: number, y: number): number {
    return this.#column(x) + this.#row(y) * this.#columns
  }

  #column(x: number): number {
    return Math.min(Math.max(Math.floor(x / this.#size), 0), this.#columns - 1)
  }

  #row(y: number): number {
    return Math.min(Math.max(Math.floor(y / this.#size), 0), this.#rows - 1)
  }

  #link(body: number, square: number): void {
    const next = this.#first[square]
    this.#square[body] = square
    this.#next[body] = next
    this.#before[body] = -1
    if (next >= 0) this.#before[next] = body
    this.#first[square] = body
  }

  #unlink(body: number): void {
    const next = this.#next[body]
    const before = this.#before[body]
    if (before >= 0) this.#next[before] = next
    else this.#first[this.#square[body]] = next
    if (next >= 0) this.#before[next] = before
  }

  #grow(): void {
    const wider = <List extends Float64Array | Int32Array>(list: List, into: List): List => {
      into.set(list)
      return into
    }
    const length = 2 * this.#xs.length
    this.#xs = wider(this.#xs, new Float64Array(length))
    this.#ys = wider(this.#ys, new Float64Array(length))
    this.#square = wider(this.#square, new Int32Array(length))
    this.#next = wider(this.#next, new Int32Array(length))
    this.#before = wider(this.#before, new Int32Array(length))
  }
}
