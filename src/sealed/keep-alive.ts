import { milliseconds } from '../core/index.ts'

/**
 * After how long without anything else a server of ours keeps a connection alive: what is said in every second tick of
 * twenty a second spares it, and a client takes a server for silent after 200 ms [S42].
 */
export const SERVER_KEEP_ALIVE_EVERY = milliseconds(120)
/** The same of a client, whose silence ends nothing before the time-out of its token. */
export const CLIENT_KEEP_ALIVE_EVERY = milliseconds(400)
