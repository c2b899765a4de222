/** How many pixels beside a packet it is still hit. */
const HIT_PIXELS = 12

/** Where a packet is drawn, in pixels of the picture. */
export interface Dot<Packet> {
  readonly packet: Packet
  readonly x: number
  readonly y: number
}

/** How a packet looks: what became of it, or what the network does with it. */
export type DotShape = 'plain' | 'overtakes' | 'repeated' | 'held up' | 'lost'

/** Returns the packet drawn nearest to a place. */
export function packetAt<Packet>(dots: readonly Dot<Packet>[], x: number, y: number): Packet | undefined {
  let best: Packet | undefined
  let nearest = HIT_PIXELS
  for (const dot of dots) {
    const off = Math.hypot(dot.x - x, dot.y - y)
    if (off < nearest) [best, nearest] = [dot.packet, off]
  }
  return best
}

/** Returns the radius of a packet of so many bytes, in pixels. */
export function radiusOf(bytes: number): number {
  return Math.min(6, 2 + Math.sqrt(bytes) / 8)
}

/** Draws a packet in its colour. */
export function drawDot(
  ctx: CanvasRenderingContext2D,
  { x, y }: { readonly x: number; readonly y: number },
  { shape, radius, colour }: { readonly shape: DotShape; readonly radius: number; readonly colour: string },
): void {
  if (shape === 'repeated') {
    ctx.fillStyle = colour
    ctx.fillRect(x - radius, y - radius, radius * 2, radius * 2)
    return
  }
  ctx.beginPath()
  if (shape === 'lost') {
    for (const sign of [-1, 1]) {
      ctx.moveTo(x - radius, y - radius * sign)
      ctx.lineTo(x + radius, y + radius * sign)
    }
  } else if (shape === 'overtakes') {
    ctx.moveTo(x, y - radius - 2)
    ctx.lineTo(x + radius + 1, y + radius)
    ctx.lineTo(x - radius - 1, y + radius)
    ctx.closePath()
  } else ctx.arc(x, y, radius, 0, 2 * Math.PI)
  if (shape === 'lost' || shape === 'held up') {
    ctx.strokeStyle = colour
    ctx.lineWidth = 2
    ctx.stroke()
  } else {
    ctx.fillStyle = colour
    ctx.fill()
  }
}

/** Draws a ring around the packet that is marked. */
export function drawRing(
  ctx: CanvasRenderingContext2D,
  { x, y }: { readonly x: number; readonly y: number },
  { radius, colour }: { readonly radius: number; readonly colour: string },
): void {
  ctx.beginPath()
  ctx.lineWidth = 2
  ctx.strokeStyle = colour
  ctx.arc(x, y, radius + 4, 0, 2 * Math.PI)
  ctx.stroke()
}
