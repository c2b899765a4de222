/** What the bench uses of the library, which brings no declarations of its own. */
declare module 'pathfinding' {
  class Grid {
    constructor(matrix: readonly (readonly number[])[])
    clone(): Grid
  }
  class AStarFinder {
    constructor(options: { diagonalMovement: number })
    findPath(x0: number, y0: number, x1: number, y1: number, grid: Grid): [number, number][]
  }
  class JumpPointFinder extends AStarFinder {}
  const DiagonalMovement: { readonly OnlyWhenNoObstacles: number }
  const library: {
    AStarFinder: typeof AStarFinder
    DiagonalMovement: typeof DiagonalMovement
    Grid: typeof Grid
    JumpPointFinder: typeof JumpPointFinder
  }
  export type Finder = AStarFinder
  export default library
}
