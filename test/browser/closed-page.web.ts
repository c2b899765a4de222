/** A page for closed.test.ts: clients come and go in it as the test says. */
import { connect } from 'shardless/client'
import { field } from '../field/field.ts'

const url = location.origin.replace(/^http/, 'ws')

/** Connects, plays for a moment, and closes, as a page does that goes from its menu to the game and back. */
async function comeAndGo(name: string): Promise<object> {
  const client = await connect(field, url, { name })
  client.onStatus(() => {})
  client.onEnter('walker', () => {})
  client.on('said', () => {})
  client.command({ east: 1, north: 0 })
  client.frame()
  client.close()
  return Object.getPrototypeOf(client) as object
}

Object.assign(globalThis, {
  /** What all clients have in common; it holds on to none of them. */
  client: undefined as object | undefined,
  async comeAndGo(times: number) {
    for (let i = 0; i < times; i++) Object.assign(globalThis, { client: await comeAndGo(`Ada ${i}`) })
  },
  comeAndStay: () => connect(field, url, { name: 'Eve' }),
  /** Waits for a server that never answers, and gives up. */
  async giveUp(times: number) {
    for (let i = 0; i < times; i++) {
      const stop = new AbortController()
      const waiting = connect(field, url, { name: 'Bob', signal: stop.signal })
      stop.abort()
      await waiting.catch(() => {})
    }
  },
  /** Is refused: nobody may have no name. */
  async beRefused(times: number) {
    for (let i = 0; i < times; i++) await connect(field, url, { name: ' ' }).catch(() => {})
  },
})
