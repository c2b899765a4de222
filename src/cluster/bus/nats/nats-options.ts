/** Says where NATS is. It stands by itself, so that the types of our doors name nothing of the library. */
export interface NatsOptions {
  /** "nats://host:4222", with user and password or a token before the host; several, of one cluster, by commas. */
  readonly url: string
  /** How often the broker is pinged, in ms; a path that is stalled is noticed after three of these. 1000. */
  readonly pingMs?: number
}
