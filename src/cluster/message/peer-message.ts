/** An entity as a receiver last heard of it. */
export interface KnownEntity {
  readonly entity: number
  readonly hop: number
  /** The tick that the state is of. */
  readonly tick: number
  /** What everyone may know of it, opaque here. */
  readonly state: Uint8Array
}

/** An entity on its way to another region. */
export interface GivenEntity {
  readonly entity: number
  /** The hop that it has from now on. */
  readonly hop: number
  /** Everything that the store has of it as well. */
  readonly state: Uint8Array
  /** What only a living region can hand on: commands that wait, sessions, where it stood lately. */
  readonly luggage: Uint8Array
}

/** What the processes of a cluster tell each other about ownership. Links are reliable until they break. */
export type PeerMessage =
  /** An entity has been passed to a district of the receiver. Told again until it is taken. */
  | { readonly is: 'give'; readonly district: number; readonly epoch: number; readonly given: GivenEntity }
  /** The entity at this hop is, or was, the answering region's. */
  | { readonly is: 'taken'; readonly entity: number; readonly hop: number }
  /** Nothing older of this district is to be listened to; and what is known of it? */
  | { readonly is: 'fence'; readonly district: number; readonly epoch: number }
  | {
      readonly is: 'fenced'
      readonly district: number
      readonly epoch: number
      readonly known: readonly KnownEntity[]
    }
  /** A whole district is the receiver's from this epoch on. Told again until that is seen. */
  | {
      readonly is: 'hand'
      readonly district: number
      readonly epoch: number
      readonly given: readonly GivenEntity[]
    }
  | { readonly is: 'handed'; readonly district: number; readonly epoch: number }
  /** To the leader: the link to a member broke, or it has been silent for some ticks; or it is heard again. */
  | { readonly is: 'lost' | 'found'; readonly name: string }
  /** The directory says something new: better look at once than at the next renewal. */
  | { readonly is: 'look' }
  /** An operator wants the receiver to give its districts away, or not any more. */
  | { readonly is: 'drain'; readonly isDraining: boolean }
