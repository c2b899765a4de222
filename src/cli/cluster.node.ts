import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { OutsideError } from '../core/index.ts'
import { parseListenUrl } from '../transport/index.ts'
import { customaryAddresses, dialectsOf } from './dialects.node.ts'
import type { MemberNews } from './member.node.ts'
import { options, type Settings, variableOf } from './options.ts'
import { loadGame, reachableHere, startBots } from './serve.node.ts'
import { Stop, sayIfSlow } from './stop.node.ts'

/** How long a process may take to be ready, and to close, in ms; it gives itself 10 s to close. */
const READY_MS = 120_000
const CLOSE_MS = 12_000
/** The first and the longest wait before a process that ended is started again, in ms. */
const AGAIN_MS = 100
const AGAIN_MS_MAX = 5000
/** How many ports the customary addresses of one gateway lie behind those of the gateway before it. */
const DIALECT_PORTS = 100
/** After so long a life the next end is as good as a first one, in ms. */
const HEALTHY_MS = 10_000

type Role = 'directory' | 'region' | 'gateway'

/** `shardless cluster`: runs a directory, regions and gateways as processes of this machine until Ctrl-C. */
export async function runCluster(settings: Settings, version: string): Promise<void> {
  const stop = new Stop()
  const folder = mkdtempSync(join(tmpdir(), 'shardless-cluster-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  const secret = settings.secret === undefined ? randomBytes(32).toString('hex') : String(settings.secret)
  const hasBroker = /^(nats|tls):/.test(String(settings.bus))
  const cluster = new Cluster(folder, secret)
  const shared = { ...settings, secret: undefined, regions: undefined, gateways: undefined, bots: undefined }
  try {
    const customary = await customaryOf(settings)
    let directory: string | undefined
    if (!hasBroker) {
      const bus = String(settings.bus)
      const desk = await cluster.start('directory', 1, { world: settings.world, bus })
      directory = desk.urls[0]
      // Started again it has to be where the others look for it.
      cluster.settle(desk, { world: settings.world, bus: directory })
    }
    const place = { ...shared, directory }
    const regions = numbers(settings.regions).map((at) => cluster.start('region', at, place))
    const gateways = numbers(settings.gateways).map((at) =>
      cluster.start('gateway', at, {
        ...{ ...place, dialects: undefined, admin: at === 1 ? settings.admin : undefined },
        listen: [
          ...(settings.listen as string[]).map((url) => later(url, at - 1)),
          ...customary.map((url) => later(url, (at - 1) * DIALECT_PORTS)),
        ],
      }),
    )
    await Promise.all([...regions, ...gateways])
  } catch (error) {
    await cluster.close()
    throw error
  }
  const gateways = cluster.of('gateway')
  const places = gateways.map(({ pageUrl, urls }) => pageUrl || urls.join(' '))
  console.log(
    `Shardless ${version}, ${settings.regions} regions, ${settings.gateways} gateways: ${places.join(' ')}`,
  )
  const perGateway = Math.ceil(Number(settings.bots) / gateways.length)
  const bots =
    perGateway > 0
      ? gateways.map(({ urls }) => startBots({ ...settings, bots: perGateway }, reachableHere(urls)))
      : []
  process.on('SIGUSR2', () => void cluster.roll())
  await stop.asked
  sayIfSlow()
  for (const one of bots) one.kill('SIGTERM')
  await cluster.close()
  process.exit(0)
}

/** One process of the cluster, through all its starts. */
interface Member {
  readonly role: Role
  readonly number: number
  settings: Settings
  child: ChildProcess | undefined
  name: string
  urls: readonly string[]
  pageUrl: string
  wait: number
  startedAt: number
  /** Whether it is meant to end. */
  isEnding: boolean
}

/** Starts processes, starts them again when they end, and ends them in order. */
class Cluster {
  readonly #members: Member[] = []
  readonly #folder: string
  readonly #secret: string
  #isClosing = false
  #isRolling = false

  constructor(folder: string, secret: string) {
    this.#folder = folder
    this.#secret = secret
  }

  of(role: Role): readonly Member[] {
    return this.#members.filter((member) => member.role === role)
  }

  /** Starts a process. @returns it once it is ready */
  async start(role: Role, number: number, settings: Settings): Promise<Member> {
    const member: Member = {
      ...{ role, number, settings, child: undefined, name: '', urls: [], pageUrl: '' },
      ...{ wait: AGAIN_MS, startedAt: 0, isEnding: false },
    }
    this.#members.push(member)
    await this.#run(member, true)
    return member
  }

  /** Has a process be started with these settings from its next start on. */
  settle(member: Member, settings: Settings): void {
    member.settings = settings
  }

  /** Starts every process anew, one after the other: regions first. */
  async roll(): Promise<void> {
    if (this.#isRolling || this.#isClosing) return
    this.#isRolling = true
    console.log('Starting every process anew, one after the other.')
    try {
      for (const role of ['region', 'gateway'] as const)
        for (const member of this.of(role)) {
          await this.#end(member)
          await this.#run(member, true)
        }
      console.log('Every process was started anew.')
    } catch (error) {
      console.error((error as Error).message)
    } finally {
      this.#isRolling = false
    }
  }

  /** Ends gateways, then regions, which save, and the directory last. */
  async close(): Promise<void> {
    this.#isClosing = true
    for (const role of ['gateway', 'region', 'directory'] as const)
      await Promise.all(this.of(role).map((member) => this.#end(member)))
  }

  /** @throws OutsideError when it ends before it is ready, and is the first start */
  #run(member: Member, isFirst: boolean): Promise<void> {
    const { role, number } = member
    const file = join(this.#folder, `${role}-${number}.json`)
    const known = Object.fromEntries(
      options
        .filter(({ name, commands }) => commands.includes(role) && member.settings[name] !== undefined)
        .map(({ name }) => [name, member.settings[name]]),
    )
    writeFileSync(file, JSON.stringify(known), { mode: 0o600 })
    const cli = process.argv[1] ?? fileURLToPath(new URL('./main.node.ts', import.meta.url))
    const child = spawn(process.execPath, [...process.execArgv, cli, role, '--config', file], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      env: this.#environment(),
    })
    Object.assign(member, { child, isEnding: false, startedAt: performance.now() })
    return new Promise((resolve, reject) => {
      const patience = setTimeout(() => child.kill('SIGKILL'), READY_MS)
      let isReady = false
      child.on('message', (news: MemberNews) => {
        if (news.is === 'says') {
          console.log(news.sentence)
          return
        }
        clearTimeout(patience)
        isReady = true
        Object.assign(member, { name: news.name, urls: news.urls, pageUrl: news.pageUrl })
        resolve()
      })
      child.once('exit', (code, signal) => {
        clearTimeout(patience)
        if (isFirst && !isReady)
          reject(new OutsideError(`The ${role} process did not start (${signal ?? `code ${code}`}).`))
        else this.#ended(member, child, signal ?? `code ${code}`)
      })
    })
  }

  #ended(member: Member, child: ChildProcess, how: string): void {
    if (member.child !== child || member.isEnding || this.#isClosing) return
    const lived = performance.now() - member.startedAt
    member.wait = lived > HEALTHY_MS ? AGAIN_MS : Math.min(AGAIN_MS_MAX, 2 * member.wait)
    console.log(`${member.name || member.role} ended (${how}); it is started again.`)
    setTimeout(() => {
      if (!this.#isClosing && member.child === child) void this.#run(member, false)
    }, member.wait)
  }

  async #end(member: Member): Promise<void> {
    const { child } = member
    member.isEnding = true
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGTERM')
    const patience = setTimeout(() => child.kill('SIGKILL'), CLOSE_MS)
    await ended
    clearTimeout(patience)
  }

  /**
   * This process's environment, where options stand in the file alone, but for the secret. What one process has
   * compiled the next need not: a start takes three quarters of the CPU time, beside others that have a world to run.
   */
  #environment(): NodeJS.ProcessEnv {
    const environment: NodeJS.ProcessEnv = {
      NODE_COMPILE_CACHE: join(this.#folder, 'compiled'),
      ...process.env,
    }
    for (const { name } of options) delete environment[variableOf(name)]
    return { ...environment, [variableOf('secret')]: this.#secret }
  }
}

function numbers(count: unknown): number[] {
  return Array.from({ length: Number(count) }, (_, at) => at + 1)
}

/** Returns where programs of other protocols look for the first gateway: only it can be at their customary ports. */
async function customaryOf(settings: Settings): Promise<readonly string[]> {
  if (settings.dialects === undefined) return []
  const { game } = await loadGame(settings)
  return customaryAddresses(settings, await dialectsOf(settings, game))
}

/** Returns an address with a port so many later; one that the system chooses stays so. */
function later(url: string, ports: number): string {
  const { port } = parseListenUrl(url)
  if (port === 0 || ports === 0) return url
  return url.replace(/:(\d+)(?!.*:\d)/, `:${port + ports}`)
}
