/** What a dialect puts in the place of the server's own limits, per connection. */
export interface DialectLimits {
  /** Milliseconds from connecting to the hello, and of silence before a connection counts as lost. */
  readonly helloTimeoutMs?: number
  readonly silenceTimeoutMs?: number
  /** Milliseconds in which a player may come back after a lost connection, and after one that the peer has ended. */
  readonly graceMs?: number
  readonly leavingGraceMs?: number
  /** Bytes and packets a second. Of a stream only bytes count: its chunks begin and end anywhere. */
  readonly bytesPerSecond?: number
  readonly packetsPerSecond?: number
  /** Messages that make no sense before the connection is closed. */
  readonly nonsenseMax?: number
}
