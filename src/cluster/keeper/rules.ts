/**
 * The rules of the protocol. All of them hold; a test takes one out to see what it prevents.
 */
export interface ProtocolRules {
  /** The store says that an entity passes before anybody else is told. */
  readonly commitFirst: boolean
  /** Who has known an entity at this hop or a later one makes nothing of an earlier one. */
  readonly hopCheck: boolean
  /** Who held a district only after the entity was passed to it asks the store before it takes the entity. */
  readonly askWhenLate: boolean
  /** Whoever takes over has every receiver refuse the old owner before it authors. */
  readonly fenceRound: boolean
  /** Who has heard nothing from store and directory for a time falls silent. */
  readonly silence: boolean
  /** Every second a region looks for rows of its districts that nobody gave it. */
  readonly orphans: boolean
  /** A give is told until it is taken. */
  readonly giveAgain: boolean
  /** What a takeover reads in the store is brought up to what receivers were told. */
  readonly askBack: boolean
}

export const ALL_RULES: ProtocolRules = {
  commitFirst: true,
  hopCheck: true,
  askWhenLate: true,
  fenceRound: true,
  silence: true,
  orphans: true,
  giveAgain: true,
  askBack: true,
}
