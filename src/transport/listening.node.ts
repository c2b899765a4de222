import type { AddressInfo, Server } from 'node:net'
import { listenFailure } from './outside.node.ts'

export interface Listening {
  readonly host: string
  /** 0 lets the system choose. */
  readonly port: number
  /** Called when something goes wrong later, such as no file descriptor left for a newcomer. The server goes on. */
  readonly trouble: (sentence: string) => void
}

/**
 * Makes a server listen.
 *
 * @returns the port really taken
 * @throws OutsideError if it cannot be had
 */
export function listening(server: Server, { host, port, trouble }: Listening): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => reject(listenFailure(error, { host, port }))
    server.once('error', fail)
    server.listen({ host, port }, () => {
      server.off('error', fail)
      server.on('error', (error) => trouble(error.message))
      resolve((server.address() as AddressInfo).port)
    })
  })
}
