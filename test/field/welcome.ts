/** What a server of the field says to a player who comes in: for servers that say whatever they like. */
import { cutMap } from '../../src/geometry/index.ts'
import { exactRecord, type Kind } from '../../src/world/index.ts'
import { field, fieldMap } from './field.ts'

export const where = {
  map: 'home',
  instance: 1,
  width: 256,
  height: 256,
  ticksPerSecond: 20,
  hash: cutMap(fieldMap).hash,
}
export const welcome = {
  player: 1,
  entity: 1,
  tick: 1,
  where,
  serverName: 'field',
  token: new Uint8Array(16),
  resumed: 'nothing' as const,
}
/** How a walker is told exactly. */
export const exact = exactRecord(field.kindByName.get('walker') as Kind)
