import type { Role } from '../store/index.ts'

/** Who acts on an account: a player of some role, or the operator at the command line. */
export type RoleBearer =
  | { readonly is: 'operator' }
  | { readonly is: 'account'; readonly id: string; readonly role: Role }

export type Deed = 'ban' | 'unban' | 'set role' | 'delete' | 'end sessions'

const RANK: Readonly<Record<Role, number>> = { player: 0, staff: 1, owner: 2 }

/**
 * Returns who may do what to whom [A30]. The operator may do everything. Staff and owners ban, unban and send away
 * accounts of lower rank; owners give roles to accounts of lower rank, up to owner. Nobody does any of it to their
 * own account, except deleting it and ending its sessions.
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
