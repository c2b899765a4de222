/** How names begin that look meant to make something solid. */

const BEGINNINGS = [
  ...['wall', 'collision', 'collid', 'solid', 'block', 'obstacle', 'barrier', 'impass', 'unwalk', 'walkable'],
  ...['passable', 'hitbox', 'boundar', 'fence', 'cliff', 'rock', 'water', 'tree'],
]

/**
 * Returns whether a property of that name and value seems meant to make something solid: "walkable" does when
 * false.
 */
export function saysSolid(name: string, value: string | number | boolean): boolean {
  if (name === 'solid' || value === '' || !looksSolid(name)) return false
  const isOpposite = /^(is|can)?[^A-Za-z]?(walk|pass)/i.test(name)
  const isFalse = value === false || value === 0 || value === 'false'
  return isOpposite === isFalse
}

/**
 * Returns whether a word of a name is one that people mark walls with: "Wall", "isCollidable", "collision layer 2".
 */
export function looksSolid(name: string): boolean {
  const words = name
    .slice(0, 200)
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .split(/[^A-Za-z]+/)
    .map((word) => word.toLowerCase())
  return words.some((word) => BEGINNINGS.some((beginning) => word.startsWith(beginning)))
}
