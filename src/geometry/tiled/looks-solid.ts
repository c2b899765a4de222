/** Names that look as if they were meant to make something solid. */

const BEGINNINGS = [
  ...['wall', 'collision', 'collid', 'solid', 'block', 'obstacle', 'barrier', 'impass', 'unwalk', 'walkable'],
  ...['passable', 'hitbox', 'boundar', 'fence', 'cliff', 'rock', 'water', 'tree'],
]

/** Whether a word of a name is one of those that people mark walls by: "Wall", "isCollidable", "collision layer 2". */
export function looksSolid(name: string): boolean {
  const words = name
    .slice(0, 200)
    .split(/[^A-Za-z]+|(?<=[a-z])(?=[A-Z])/)
    .map((word) => word.toLowerCase())
  return words.some((word) => BEGINNINGS.some((beginning) => word.startsWith(beginning)))
}
