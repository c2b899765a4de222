import assert from 'node:assert/strict'
import { OutsideError } from '../core/index.ts'
import type { LinkStage, StageOptions } from './link.suite.ts'
import type { ConnectOptions, Link, LinkOptions, Listener } from './link.ts'

export const host = '127.0.0.1'

/** How to make real links: what a link's tests hand to `socketStage`. */
export interface SocketLinks {
  listen(
    options: Partial<LinkOptions> & { host: string; port: number; accept: (link: Link) => void },
  ): Promise<Listener>
  connect(url: string, options: ConnectOptions): Promise<Link>
  /** Connects by hand and returns how to die without a word. */
  connectMortal(url: string): Promise<() => void>
}

/** Makes a suite's stage over real sockets on this machine. */
export async function socketStage(links: SocketLinks, options: StageOptions = {}): Promise<LinkStage> {
  const accepted: Link[] = []
  const accept = (link: Link) => void accepted.push(link)
  const listen = (port: number) => links.listen({ ...options.server, host, port, accept })
  const listener = await somewhere(listen)
  const accepting = async (): Promise<Link> => {
    let server: Link | undefined
    await until(() => (server = accepted.shift()) !== undefined)
    return server!
  }
  // One at a time, so that each client meets its own server's end.
  let turn: Promise<unknown> = Promise.resolve()
  const inTurn = <Result>(act: () => Promise<Result>): Promise<Result> => {
    const result = turn.then(act)
    turn = result.catch(() => {})
    return result
  }
  return {
    listener,
    connect: () =>
      inTurn(async () => {
        const client = await links.connect(listener.url, options.client ?? {})
        return { client, server: await accepting() }
      }),
    connectMortal: () =>
      inTurn(async () => {
        const die = await links.connectMortal(listener.url)
        return { server: await accepting(), die }
      }),
    until,
    settle: () => pause(5),
    listenAgain: () => listen(Number(new URL(listener.url).port)),
  }
}

/**
 * Listens at a port that is free, below those the system gives to outgoing connections. Tests that name their ports
 * have those from 24000 to 24999, PostgreSQL in tests those from 20000 to 23999: nobody takes another's while tests
 * run at the same time.
 */
export async function somewhere<Thing>(listen: (port: number) => Promise<Thing>): Promise<Thing> {
  for (let tries = 0; ; tries++) {
    try {
      return await listen(25_000 + Math.floor(Math.random() * 7000))
    } catch (error) {
      if (tries === 20 || !(error instanceof OutsideError) || !error.message.includes('is taken')) throw error
    }
  }
}

/**
 * Checks every ms; fails after three minutes: what takes longer never comes, even on the busiest machine.
 * @param what What is waited for, for the failure to say where the condition's own text does not.
 */
export async function until(isSo: () => boolean, what = String(isSo)): Promise<void> {
  for (const end = performance.now() + 180_000; !isSo(); ) {
    assert.ok(performance.now() < end, `still not so after three minutes: ${what}`)
    await pause(1)
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** Makes what `assert.rejects` wants for a mistake of the outside, told in exactly this sentence. */
export function outside(sentence: string): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof OutsideError)
    assert.equal(error.message, sentence)
    return true
  }
}
