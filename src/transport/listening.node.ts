import type { AddressInfo, Server, Socket } from 'node:net'
import { listenFailure } from './outside.node.ts'

export interface Listening {
  readonly host: string
  /** 0 lets the system choose. */
  readonly port: number
  /** Called when something goes wrong later, such as no file descriptor left for a newcomer. The server goes on. */
  readonly trouble: (sentence: string) => void
}

/** Newcomers taken in one turn of the event loop; the others wait for the next, behind what else is due. */
const NEWCOMERS_PER_TURN = 8

/**
 * Has a server listen. However many connect at once, it takes a few of them in each turn, so that no tick waits for a
 * storm of newcomers.
 *
 * @returns the port really taken
 * @throws OutsideError if it cannot be had
 */
export function listening(server: Server, { host, port, trouble }: Listening): Promise<number> {
  takeInTurns(server)
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

/** Puts a queue before those who wait for connections. What a socket hears meanwhile, a little, it keeps. */
function takeInTurns(server: Server): void {
  const takers = server.listeners('connection') as ((socket: Socket) => void)[]
  server.removeAllListeners('connection')
  let waiting: Socket[] = []
  let taken = 0
  const turn = (): void => {
    const end = Math.min(waiting.length, taken + NEWCOMERS_PER_TURN)
    for (; taken < end; taken++) {
      const socket = waiting[taken]
      if (!server.listening) socket.destroy()
      if (socket.destroyed) continue
      socket.off('error', pass)
      for (const take of takers) take.call(server, socket)
    }
    if (taken < waiting.length) setImmediate(turn)
    else {
      waiting = []
      taken = 0
    }
  }
  server.on('connection', (socket: Socket) => {
    socket.on('error', pass)
    if (waiting.push(socket) === 1) setImmediate(turn)
  })
}

/** Who goes while waiting is destroyed by that, and not missed. */
function pass(): void {}
