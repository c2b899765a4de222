/**
 * The measures of the house. Rules are told in pixels and steps of 50 ms, as its first authors told them; the engine
 * counts metres. A metre is 16 pixels, so that every whole pixel is a whole number of sixteenths, and nothing is
 * ever rounded.
 */
export const pixelsPerMetre = 16
export const px = 1 / pixelsPerMetre

/** The house, in pixels and metres. */
export const widthPixels = 1728
export const heightPixels = 972
export const width = widthPixels * px
export const height = heightPixels * px

/** A body is a square of 20 pixels. */
export const bodyPixels = 20
export const bodySide = bodyPixels * px
export const body = { halfWidth: bodySide / 2, halfHeight: bodySide / 2 }

/** Steps of 50 ms, in pixels. */
export const pace = { lobby: 10, seeker: 4, hider: 3, still: 0 } as const
export const ticksPerSecond = 20

/** How far one sees what is lit, and how near one notices anybody in the dark; metres. */
export const sightReach = 60
export const sightNear = 1.5
/** How far a seeker's lantern shines. */
export const lanternReach = 6
/** From how far a seeker makes a hider's heart beat. */
export const dreadReach = 24
/** The steps of a heart's loudness. */
export const dreadMax = 7

/** A box in pixels from the upper left corner of the house, as screens count. */
export interface Rectangle {
  readonly x: number
  readonly y: number
  readonly w: number
  readonly h: number
}

/** Turns a place in metres, north up, into pixels, south down: the upper left corner of a body there. */
export function bodyRectangle({ x, y }: { readonly x: number; readonly y: number }): Rectangle {
  const half = bodyPixels / 2
  return {
    x: Math.round(x * pixelsPerMetre - half),
    y: Math.round(heightPixels - y * pixelsPerMetre - half),
    w: bodyPixels,
    h: bodyPixels,
  }
}

/** Turns a place in pixels, south down, into metres, north up. */
export function metresOf({ x, y }: { readonly x: number; readonly y: number }): { x: number; y: number } {
  return { x: x * px, y: (heightPixels - y) * px }
}
