import type { Role } from '../store/index.ts'

/** Who does something to an account: a player of some role, or whoever has the machine and uses the command line. */
export type RoleBearer =
  | { readonly is: 'operator' }
  | { readonly is: 'account'; readonly id: string; readonly role: Role }

export type Deed = 'ban' | 'unban' | 'set role' | 'delete' | 'end sessions'

const RANK: Readonly<Record<Role, number>> = { player: 0, staff: 1, owner: 2 }

/**
 * Who may do what to whom [A30]: the operator everything; staff and owners ban, unban and send away whom they outrank; owners
 * give roles to whom they outrank, up to owner. Nobody does any of it to themselves, but for deleting and ending their own
 * sessions.
 */
export function may(
  actor: RoleBearer,
  deed: Deed,
  target: { readonly id: string; readonly role: Role },
): boolean {
  if (actor.is === 'operator') return true
  if (actor.id === target.id) return deed === 'delete' || deed === 'end sessions'
  if (RANK[actor.role] <= RANK[target.role]) return false
  return deed === 'set role' || deed === 'delete' ? actor.role === 'owner' : true
}
