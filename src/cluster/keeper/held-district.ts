import type { EntityRow } from '../../store/index.ts'
import type { GivenEntity, KnownEntity } from '../message/peer-message.ts'

/**
 * A district in the hands of a region, or on the way there.
 *
 *     claiming --claimed--> fencing --all have answered, or time--> live --packed--> moving --done--> (another's)
 *         '--- stale                                         '--- stale, or a higher epoch elsewhere
 */
export interface HeldDistrict {
  readonly district: number
  epoch: number
  at: 'claiming' | 'fencing' | 'live' | 'moving'
  /** When that was asked which store or directory last confirmed. */
  confirmedAt: number
  /** When the claim was answered. */
  claimedAt: number
  /** Who held it last. */
  before: string
  /** While fencing: who is asked, and who has to answer before it goes on: `UNKNOWN` when that is not known. */
  readonly asked: Set<string>
  readonly waiting: Set<string>
  /** While fencing: when they were last told. */
  fencedAt: number
  rows: readonly EntityRow[]
  /** While fencing: the newest that receivers know, by entity. */
  readonly known: Map<number, KnownEntity>
  /** What the last owner handed over; undefined for a district that is taken over. */
  handed: ReadonlyMap<number, GivenEntity> | undefined
  /** When its rows were last looked through. */
  lookedAt: number
  /** Whether something that happened under this epoch has been forgotten: then the store is asked. */
  isForgetful: boolean
}

/** Stands for whoever else may listen to the last owner. It never answers. */
export const UNKNOWN = ''

export function newHeld(district: number, epoch: number): HeldDistrict {
  return {
    ...{
      district,
      epoch,
      at: 'claiming',
      confirmedAt: Number.NEGATIVE_INFINITY,
      before: '',
      asked: new Set(),
      waiting: new Set(),
    },
    ...{
      claimedAt: Number.NEGATIVE_INFINITY,
      fencedAt: Number.NEGATIVE_INFINITY,
      rows: [],
      known: new Map(),
      handed: undefined,
    },
    ...{ lookedAt: Number.NEGATIVE_INFINITY, isForgetful: false },
  }
}
