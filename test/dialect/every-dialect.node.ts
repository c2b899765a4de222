/** The village in every dialect that there is, for tests: `--game test/dialect/every-dialect.node.ts`. */
import text, { adapter } from '../../docs/examples/text-dialect/dialect.ts'
import type { village } from '../../docs/examples/text-dialect/game.ts'
import definition from '../../docs/examples/text-dialect/server.node.ts'
import { basicsDialect } from '../../src/dialect/basics/index.ts'
import { type HauntedAdapter, hauntedDialect } from '../../src/dialect/haunted/index.ts'
import { opcodeDialect } from '../../src/dialect/opcode/index.ts'
import { pymmorpgDialect } from '../../src/dialect/pymmorpg/index.ts'

const squares: HauntedAdapter<typeof village> = {
  ...adapter,
  picture: { width: 1728, height: 972, pixelsPerMetre: 20, west: 128 - 43.2, south: 128 - 24.3 },
  square: () => ({ team: 0, rgb: [200, 200, 200] }),
}

export const dialects = [
  text,
  hauntedDialect(squares),
  opcodeDialect(adapter, { tileMetres: 1, metresPerSecond: 2, tickMs: 250 }),
  pymmorpgDialect(adapter),
  basicsDialect(adapter, { metresPerSecond: 2 }),
]

/** How each listens, in this order. */
export const carriers = ['text+tcp', 'opcode+tcp', 'haunted+udp', 'pymmorpg+tcp', 'basics+tcp']

export default definition
