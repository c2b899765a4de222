/** Lists what a gateway does against bad networks; each can be switched off to see what it is worth. */
export interface GatewaySwitches {
  /** Sends what has changed since the last time. Off, all that is in view is sent each time. */
  delta: boolean
  /** Sends what is near and has waited first where not everything has room. Off, in the order of the memory. */
  priority: boolean
  /** Sends all that is due for a player in one frame. Off, each message goes in a frame of its own. */
  batching: boolean
}
