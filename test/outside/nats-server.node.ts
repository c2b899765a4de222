/**
 * A real NATS server for tests and benches, on a free port of this machine, gone with the process that started it: the
 * `nats-server` of the path, or what NATS_SERVER names.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

const PORTS_FROM = 18_000
const PORTS = 1900

export interface NatsServer {
  /** "nats://127.0.0.1:18222" */
  readonly url: string
  readonly monitorUrl: string
  readonly pid: number
  /** Ends it at once. */
  kill(): Promise<void>
  /** Starts it again, on what it left behind unless `isForgetful`. */
  restart(): Promise<void>
  /** Stops it in the middle of whatever it does, and lets it go on. */
  pause(): void
  resume(): void
  stop(): Promise<void>
}

/** Why there can be no server here; undefined where there can. */
export function natsMissing(): string | undefined {
  return findServer() === undefined
    ? 'there is no nats-server here (Debian: apt-get install nats-server)'
    : undefined
}

/** @param isForgetful  whether it forgets everything when it is restarted */
export async function startNats({ isForgetful = false } = {}): Promise<NatsServer> {
  const program = findServer()
  if (program === undefined) throw new Error(natsMissing())
  const folder = mkdtempSync(join(tmpdir(), 'shardless-nats-'))
  let server: ChildProcess | undefined
  let port = 0
  const start = async (): Promise<void> => {
    if (isForgetful) rmSync(join(folder, 'jetstream'), { recursive: true, force: true })
    const args = ['-a', '127.0.0.1', '-p', String(port), '-m', String(port + 2000), '-js', '-sd', folder]
    // The shell ends the server when its own input ends: with this process, however that dies.
    const script = '"$@" & server=$!; echo $server >&3; read line; kill -9 $server 2>/dev/null; wait $server'
    const child = spawn('sh', ['-c', script, 'sh', program, ...args], {
      stdio: ['pipe', 'ignore', 'pipe', 'pipe'],
    })
    server = child
    let log = ''
    const pid = once(child.stdio[3]!, 'data')
    await new Promise<void>((ready, failed) => {
      child.stderr!.setEncoding('utf8').on('data', (text: string) => {
        log = (log + text).slice(-10_000)
        if (log.includes('Server is ready')) ready()
      })
      child.once('exit', () => failed(new Error(`nats-server did not start:\n${log}`)))
    })
    serverPid = Number(String((await pid)[0]))
  }
  let serverPid = 0
  const kill = async (): Promise<void> => {
    if (!server || server.exitCode !== null) return
    const ended = once(server, 'exit')
    process.kill(serverPid, 'SIGKILL')
    server.stdin!.end()
    await ended
  }
  for (let tries = 0; ; tries++) {
    port = PORTS_FROM + ((process.pid * 7 + tries * 131 + Math.floor(Math.random() * 100)) % PORTS)
    if (await isTaken(port)) continue
    try {
      await start()
      break
    } catch (error) {
      if (tries === 9) throw error
    }
  }
  return {
    url: `nats://127.0.0.1:${port}`,
    monitorUrl: `http://127.0.0.1:${port + 2000}`,
    get pid() {
      return serverPid
    },
    kill,
    restart: start,
    pause: () => void process.kill(serverPid, 'SIGSTOP'),
    resume: () => void process.kill(serverPid, 'SIGCONT'),
    async stop() {
      await kill()
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

function findServer(): string | undefined {
  const given = process.env.NATS_SERVER
  if (given) return existsSync(given) ? given : undefined
  const folders = ['/usr/sbin', ...(process.env.PATH ?? '').split(delimiter)]
  return folders.map((folder) => join(folder, 'nats-server')).find((path) => existsSync(path))
}

function isTaken(port: number): Promise<boolean> {
  return new Promise((told) => {
    const socket = connect({ port, host: '127.0.0.1' })
    socket.once('connect', () => {
      socket.destroy()
      told(true)
    })
    socket.once('error', () => told(false))
  })
}
