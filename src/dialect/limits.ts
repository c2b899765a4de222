/** The limits of a dialect that override the server's own, per connection. */
export interface DialectLimits {
  /** The time from connecting to the hello, and the silence before a connection counts as lost, in ms. */
  readonly helloTimeoutMs?: number
  readonly silenceTimeoutMs?: number
  /**
   * The time in which a player may come back after a lost connection, and after one that the peer has closed, in
   * ms.
   */
  readonly graceMs?: number
  readonly leavingGraceMs?: number
  /**
   * The limits of bytes and packets per second. For a stream only bytes count: its chunks begin and end anywhere.
   */
  readonly bytesPerSecond?: number
  readonly packetsPerSecond?: number
  /**
   * The time that a player who is put out of the world has to read why, in ms: for programs that forget what they have
   * not read when their connection ends. Left out, the link closes at once, as it always does when the server closes.
   */
  readonly goodbyeMs?: number
  /** The number of malformed messages before the connection is closed. */
  readonly nonsenseMax?: number
}
