/** A process of the cluster, as it says of itself with each renewal. */
export interface ClusterMember {
  /** The incarnation: "region-3.8f2c", other after each start. */
  readonly name: string
  readonly role: 'region' | 'gateway'
  /** Where others reach it, as the bus understands it. */
  readonly address: string
  /** Whether it wants to be rid of its districts, and goes when it is. */
  readonly isDraining: boolean
  /**
   * Regions: the members that it tells of its districts. It tells nobody before an answered renewal has listed
   * them, so that whoever takes over knows whom to ask.
   */
  readonly followers: readonly string[]
  /** Regions: each district that it speaks for, the time it takes, in ms of CPU a tick, and who is in it. */
  readonly load: readonly DistrictLoad[]
  /** Regions: the 95th percentile of a tick's time, as a share of the time a tick may take. */
  readonly tickShare: number
  /** Districts about which it listens to none below an epoch that the directory does not know. None when left out. */
  readonly ahead?: readonly DistrictEpoch[]
  /** How late it was with a renewal lately, at most, in ms: a machine that is busy. 0 when left out. */
  readonly lateMs?: number
}

export interface DistrictEpoch {
  readonly district: number
  readonly epoch: number
}

export interface DistrictLoad {
  readonly district: number
  readonly epoch: number
  readonly cpuMs: number
  readonly entities: number
  readonly players: number
}

/** Who should own a district. */
export interface Assignment {
  readonly district: number
  /** A member's name; empty for none. */
  readonly owner: string
  readonly epoch: number
  /** The member that the district is on the way to; empty for none. */
  readonly movingTo: string
}

/** An assignment as it is stored: what a compare-and-set compares. It is no epoch, and may begin again at 1. */
export interface StoredAssignment extends Assignment {
  readonly revision: number
}

/** Everything the directory holds, as of one moment. */
export interface DirectoryView {
  readonly members: readonly ClusterMember[]
  readonly assignments: readonly StoredAssignment[]
  /** The name of the member that leads; empty while none does. */
  readonly leader: string
}

/**
 * Who is there, who leads, and who should own what. It decides nothing: what it says is compared at each renewal,
 * and the store's epochs are the truth. It may forget everything.
 *
 *     member    one key a process, gone when not renewed for `MEMBER_TTL_MS`
 *     leader    one key, the same way
 *     district  owner, epoch, moving-to: by compare-and-set, without an end
 *
 * Every method rejects with `OutsideError` while the directory is away; nothing is then known.
 */
export interface Directory {
  /** Says that this process is there. Counted from the sending: whoever is not answered for long is not listed. */
  renew(member: ClusterMember): Promise<void>
  /** Says that this process goes. */
  leave(name: string): Promise<void>
  look(): Promise<DirectoryView>
  /**
   * Writes an assignment if the stored revision is still this one; 0 for a district that has none.
   *
   * @returns whether it was written
   */
  assign(assignment: Assignment, revision: number): Promise<boolean>
  /** Takes or keeps the lead. @returns whether this member leads now */
  lead(name: string): Promise<boolean>
}

/** How long a member that does not renew stays listed, and how often each does, in ms. */
export const MEMBER_TTL_MS = 2000
export const RENEWAL_MS = 300
/** The most that a member is given beyond that which says to be late, in ms. */
const LATE_MS_MAX = 4000

/**
 * Returns how long a member stays listed after a renewal, in ms: longer where its machine was seen to be busy. Nobody
 * waits for it who has seen its sockets break.
 */
export function listedMs({ lateMs = 0 }: ClusterMember): number {
  return MEMBER_TTL_MS + Math.min(Math.max(0, 2 * lateMs), LATE_MS_MAX)
}
