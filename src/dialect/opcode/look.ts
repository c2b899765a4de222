/** How a person is drawn: the pieces of the body, and their colours, as numbers that the clients know. */
export interface OpcodeLook {
  /** Pictures of head, body and legs. */
  readonly sprites: readonly number[]
  readonly hair: number
  readonly top: number
  readonly trousers: number
  readonly skin: number
}

/** The head, body and legs of a man and of a woman. */
const MAN = [1, 2, 3]
const WOMAN = [4, 5, 3]
const HAIRS = 10
const CLOTHES = 15
const SKINS = 5

/** Returns a look for each number: two with numbers near each other differ in every colour. */
export function lookOf(number: number): OpcodeLook {
  const whole = Math.abs(Math.trunc(number))
  return {
    sprites: whole % 2 === 0 ? MAN : WOMAN,
    hair: (whole * 3) % HAIRS,
    top: (whole * 4 + 1) % CLOTHES,
    trousers: (whole * 7 + 3) % CLOTHES,
    skin: whole % SKINS,
  }
}

/** Returns the number of the look of somebody whom a game gives none: the same for everybody who sees the name. */
export function lookOfName(name: string): number {
  let number = 0
  for (let i = 0; i < name.length; i++) number = (number * 31 + name.charCodeAt(i)) & 0xffff
  return number
}
