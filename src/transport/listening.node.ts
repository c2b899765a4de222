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
export const NEWCOMERS_PER_TURN = 8

/** Takes a few of those who wait in each turn of the event loop, so that no tick waits for a storm of them. */
export class Turns<Newcomer> {
  readonly #take: (newcomer: Newcomer) => void
  #waiting: Newcomer[] = []
  #taken = 0

  constructor(take: (newcomer: Newcomer) => void) {
    this.#take = take
  }

  add(newcomer: Newcomer): void {
    if (this.#waiting.push(newcomer) === 1) setImmediate(this.#turn)
  }

  readonly #turn = (): void => {
    const end = Math.min(this.#waiting.length, this.#taken + NEWCOMERS_PER_TURN)
    while (this.#taken < end) this.#take(this.#waiting[this.#taken++])
    if (this.#taken < this.#waiting.length) setImmediate(this.#turn)
    else {
      this.#waiting = []
      this.#taken = 0
    }
  }
}

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
  const turns = new Turns((socket: Socket) => {
    if (!server.listening) socket.destroy()
    if (socket.destroyed) return
    socket.off('error', pass)
    for (const take of takers) take.call(server, socket)
  })
  server.on('connection', (socket: Socket) => {
    socket.on('error', pass)
    turns.add(socket)
  })
}

/** Who goes while waiting is destroyed by that, and not missed. */
export function pass(): void {}
