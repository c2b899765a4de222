/** A relay between a client and a server on this machine that breaks its connections when it is told to. */
import { type AddressInfo, createConnection, createServer } from 'node:net'
import type { TestContext } from 'node:test'

export interface CuttingRelay {
  readonly port: number
  /** How many connections have been made through it, broken ones included. */
  readonly dials: number
  /** How many connections it broke. */
  readonly cuts: number
  /** How many bytes came from the server, those that were lost with a connection included. */
  readonly bytes: number
}

/**
 * Relays to a port until the test ends.
 * @param bytesOf asked when a connection is made: how many bytes from the server it lets through before it breaks;
 *   `dials` counts the ones before it, `cuts` those of them that it broke
 */
export async function cuttingRelay(
  t: TestContext,
  port: number,
  bytesOf: (before: { dials: number; cuts: number }) => number,
): Promise<CuttingRelay> {
  const relay = { port: 0, dials: 0, cuts: 0, bytes: 0 }
  const server = createServer((near) => {
    const far = createConnection({ port, host: '127.0.0.1' })
    let left = bytesOf(relay)
    relay.dials++
    const close = () => {
      near.destroy()
      far.destroy()
    }
    far.on('data', (part) => {
      relay.bytes += part.length
      left -= part.length
      if (left >= 0) return void near.write(part)
      relay.cuts++
      close()
    })
    near.on('data', (part) => far.write(part))
    for (const end of [near, far]) end.on('error', () => {}).on('close', close)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  relay.port = (server.address() as AddressInfo).port
  return relay
}
