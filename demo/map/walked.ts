import type { WorldMap } from 'shardless'

/** All places that a body can walk to, on a grid of half a metre. */
export function walkedFrom(
  ground: Pick<WorldMap, 'isFree' | 'width' | 'height'>,
  start: { x: number; y: number },
  radius: number,
) {
  const step = 0.5
  const columns = Math.round(ground.width / step)
  const rows = Math.round(ground.height / step)
  const seen = new Uint8Array(columns * rows)
  const at = ({ x, y }: { x: number; y: number }): number =>
    Math.round(y / step) * columns + Math.round(x / step)
  const open = [at(start)]
  seen[open[0]] = 1
  for (let cell = open.pop(); cell !== undefined; cell = open.pop()) {
    for (const next of [cell - 1, cell + 1, cell - columns, cell + columns]) {
      if (next < 0 || next >= seen.length || seen[next] === 1) continue
      const [x, y] = [(next % columns) * step, Math.floor(next / columns) * step]
      if (!ground.isFree(x, y, radius)) continue
      seen[next] = 1
      open.push(next)
    }
  }
  // A place may lie between the grid's: any of the four around it will do.
  const around = [0, 1, columns, columns + 1]
  return {
    has({ x, y }: { x: number; y: number }): boolean {
      const corner = Math.floor(y / step) * columns + Math.floor(x / step)
      return around.some((offset) => seen[corner + offset] === 1)
    },
  }
}
