import { createServer } from 'node:http'
import { OutsideError } from '../core/index.ts'

/** How a process is, for whoever restarts it or sends it players. */
export interface MemberHealth {
  /** Whether it can do its work now. */
  isReady(): boolean
  /** What it counts, as Prometheus reads it. */
  metrics(): string
}

/**
 * Answers `/live` with 200 as long as the process turns, and `/ready` with 200 when it can do its work, 503 else;
 * `/metrics` with what it counts.
 *
 * @param place  "HOST:PORT"; undefined for nowhere
 * @returns stops answering
 * @throws OutsideError if the port is taken
 */
export async function answerHealth(place: string | undefined, health: MemberHealth): Promise<() => void> {
  if (place === undefined) return () => {}
  const [, host, port] = place.match(/^(.+):(\d+)$/) ?? []
  if (host === undefined)
    throw new OutsideError(`--health is "${place}"; it wants HOST:PORT, such as 0.0.0.0:4080.`)
  const server = createServer((request, response) => {
    if (request.url === '/metrics') {
      response
        .writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' })
        .end(health.metrics())
      return
    }
    const is = request.url === '/live' ? 200 : request.url !== '/ready' ? 404 : health.isReady() ? 200 : 503
    response.writeHead(is, { 'content-type': 'text/plain' }).end(is === 200 ? 'yes\n' : 'no\n')
  })
  server.maxConnections = 64
  server.requestTimeout = 5000
  await new Promise<void>((resolve, reject) => {
    server.once('error', () =>
      reject(new OutsideError(`Port ${port} on ${host}, for --health, is taken by another program.`)),
    )
    server.listen(Number(port), host, resolve)
  })
  server.unref()
  return () => {
    server.closeAllConnections()
    server.close()
  }
}
