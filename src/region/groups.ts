import { ShardlessError } from '../core/index.ts'
import type { GameCode, PlayerContext } from '../world/index.ts'
import type { AnyDefinition } from './definition.ts'

const GROUPS_END = 2 ** 32

/** Returns the groups that a player follows, as the game says; none when it defines none. */
export function groupsOf(
  code: GameCode,
  groups: AnyDefinition['options']['groups'],
  context: PlayerContext,
): readonly number[] {
  const said: unknown = code.call('groups', '', groups, context)
  if (said === undefined) return NONE
  let mistake: unknown
  try {
    if (Array.isArray(said) && said.every((id) => Number.isInteger(id) && id > 0 && id < GROUPS_END))
      return said
    mistake = badGroups(said, context)
  } catch (error) {
    // What it gave cannot even be looked at.
    mistake = error
  }
  code.failed('groups', '', mistake)
  return NONE
}

function badGroups(said: unknown, { player }: PlayerContext): ShardlessError {
  const list = Array.isArray(said) ? `[${said.map(String).join(', ')}]` : String(said)
  return new ShardlessError(
    'server/bad-groups',
    `groups gave ${list} for ${player.name}; give a list of whole numbers from 1 to 2^32 - 1.`,
  )
}

const NONE: readonly number[] = []
