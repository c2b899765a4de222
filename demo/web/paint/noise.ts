/** Returns noise for a place, 0 <= v < 1: the same place always gives the same value. */
export function noiseAt(x: number, y: number, salt = 0): number {
  let z =
    Math.imul(Math.floor(x), 0x27d4eb2d) ^ Math.imul(Math.floor(y), 0x165667b1) ^ Math.imul(salt, 0x9e3779b1)
  z = Math.imul(z ^ (z >>> 15), 0x85ebca6b)
  z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35)
  return ((z ^ (z >>> 16)) >>> 0) / 4294967296
}

/** Returns noise, 0 <= v < 1, that changes slowly from place to place, over `size` metres. */
export function softNoiseAt(x: number, y: number, size: number, salt = 0): number {
  const [u, v] = [x / size, y / size]
  const [column, row] = [Math.floor(u), Math.floor(v)]
  const ease = (t: number): number => t * t * (3 - 2 * t)
  const [s, t] = [ease(u - column), ease(v - row)]
  const bottom = noiseAt(column, row, salt) * (1 - s) + noiseAt(column + 1, row, salt) * s
  const top = noiseAt(column, row + 1, salt) * (1 - s) + noiseAt(column + 1, row + 1, salt) * s
  return bottom * (1 - t) + top * t
}
