/** Names that look as if they were meant to make something solid. */

const BEGINNINGS = [
  ...['wall', 'collision', 'collid', 'solid', 'block', 'obstacle', 'barrier', 'impass', 'unwalk', 'walkable'],
  ...['passable', 'hitbox', 'boundar', 'fence', 'cliff', 'rock', 'water', 'tree'],
]

/** Whether a property of that name and value makes something solid for its author: "walkable" does where it is false. */
export function saysSolid(name: string, value: string | number | boolean): boolean {
  if (name === 'solid' || value === '' || !looksSolid(name)) return false
  const isOpposite = /^(is|can)?[^A-Za-z]?(walk|pass)/i.test(name)
  const isFalse = value === false || value === 0 || value === 'false'
  return isOpposite === isFalse
}

/** Whether a word of a name is one of those that people mark walls by: "Wall", "isCollidable", "collision layer 2". */
export function looksSolid(name: string): boolean {
  const words = name
    .slice(0, 200)
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .split(/[^A-Za-z]+/)
    .map((word) => word.toLowerCase())
  return words.some((word) => BEGINNINGS.some((beginning) => word.startsWith(beginning)))
}
