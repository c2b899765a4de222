/**
 * opcode: the protocol of numbered frames in which old clients of RuneScape Classic's manner speak. Their own map, art
 * and rules stay theirs; people, ways and words are the game's.
 *
 *     bytes --> form (desktop, browser) --> OpcodeSpeaker --> Visit --> Neighbours, Footpath --> form --> bytes
 */

export type { OpcodeLook } from './look.ts'
export { type OpcodeOptions, opcodeDialect } from './opcode-dialect.ts'
export type { Wish } from './settings.ts'
export type { TileGround } from './tile-grid.ts'
