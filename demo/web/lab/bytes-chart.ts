import { begin, colourOf } from './scaling-picture.ts'

/** Measured points of one line, by growing count: players, and bytes a second. */
export type Points = readonly (readonly [count: number, bytes: number])[]

export interface BytesChart {
  /** The count that is marked. */
  readonly at: number
  /** The counts written below. */
  readonly ticks: readonly number[]
  readonly lines: readonly { readonly colour: string; readonly name: string; readonly points: Points }[]
}

/** Returns the bytes at a count: as measured, or on the straight line between the measured counts around it. */
export function valueAt(points: Points, count: number): number {
  const index = points.findIndex(([at]) => at >= count)
  if (index < 0) return points[points.length - 1][1]
  const [to, above] = points[index]
  if (index === 0 || to === count) return above
  const [from, below] = points[index - 1]
  return below + ((above - below) * (count - from)) / (to - from)
}

/** Draws bytes a second over the count of players, a dot where it was measured. */
export function drawBytes(canvas: HTMLCanvasElement, { at, ticks, lines }: BytesChart): void {
  const drawing = begin(canvas)
  if (!drawing) return
  const { ctx, width, height } = drawing
  const most = Math.max(...lines.flatMap(({ points }) => points.map(([, bytes]) => bytes)))
  const last = Math.max(...lines.flatMap(({ points }) => points.map(([count]) => count)))
  const left = 52
  const x = (count: number): number => left + (count / last) * (width - left - 14)
  const y = (bytes: number): number => height - 24 - (bytes / most) * (height - 44)
  ctx.font = '11px system-ui, sans-serif'
  ctx.strokeStyle = colourOf('--line')
  ctx.fillStyle = colourOf('--soft')
  ctx.lineWidth = 1
  for (const share of [0, 0.5, 1]) {
    ctx.beginPath()
    ctx.moveTo(left, y(most * share))
    ctx.lineTo(width - 10, y(most * share))
    ctx.stroke()
    ctx.textAlign = 'right'
    ctx.fillText(
      `${((most * share) / 1000).toFixed(most > 20_000 ? 0 : 1)} kB/s`,
      left - 4,
      y(most * share) + 4,
    )
  }
  ctx.textAlign = 'center'
  for (const tick of ticks) ctx.fillText(String(tick), x(tick), height - 8)
  ctx.setLineDash([3, 3])
  ctx.beginPath()
  ctx.moveTo(x(at), y(most))
  ctx.lineTo(x(at), y(0))
  ctx.stroke()
  ctx.setLineDash([])
  for (const [index, { colour, name, points }] of lines.entries()) {
    ctx.strokeStyle = colourOf(colour)
    ctx.fillStyle = colourOf(colour)
    ctx.lineWidth = 2
    ctx.beginPath()
    for (const [count, bytes] of points) ctx.lineTo(x(count), y(bytes))
    ctx.stroke()
    for (const [count, bytes] of points) {
      ctx.beginPath()
      ctx.arc(x(count), y(bytes), 2.5, 0, 2 * Math.PI)
      ctx.fill()
    }
    ctx.beginPath()
    ctx.arc(x(at), y(valueAt(points, at)), 5, 0, 2 * Math.PI)
    ctx.fill()
    ctx.textAlign = 'left'
    ctx.fillText(name, left + 8, 14 + index * 14)
  }
}
