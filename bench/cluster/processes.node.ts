/**
 * A cluster of real processes on this machine, each of which is `shardless directory`, `region` or `gateway`: what they
 * say, what they spend, what they count.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { setPriority, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { MemberNews } from '../../src/cli/member.node.ts'
import type { Case } from '../whole/plan.ts'
import { SCENE } from './scene.node.ts'

const cli = fileURLToPath(new URL('../../src/cli/main.node.ts', import.meta.url))
const SECRET = 'of a bench, which nobody else reaches'
/** CPU that the system counts comes in hundredths of a second. */
const CLOCK_MS = 10
const CLOSE_MS = 10_000
/** The store is kept in memory where that can be: how long a disk takes is not what is measured. */
const SHM = '/dev/shm'

/** Processes of which role are profiled, and where the profiles go: SHARDLESS_PROFILED=region. */
const { SHARDLESS_PROFILED: PROFILED, SHARDLESS_PROFILES: PROFILES = 'profiles' } = process.env

export type Role = 'directory' | 'region' | 'gateway' | 'serve'

export interface Member {
  readonly role: Role
  readonly child: ChildProcess
  name: string
  url: string
  readonly health: string
}

/** A line that some process said, and when. */
export interface Line {
  readonly at: number
  readonly text: string
}

const open = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of open) child.kill('SIGKILL')
})

export class Processes {
  readonly members: Member[] = []
  readonly lines: Line[] = []
  readonly #folder = mkdtempSync(join(existsSync(SHM) ? SHM : tmpdir(), 'shardless-bench-'))
  readonly #scene: Case
  readonly #game: string
  readonly #isHurried: boolean
  #port: number

  constructor({
    game,
    scene,
    port,
    isHurried = false,
  }: {
    readonly game: string
    readonly scene: Case
    /** The first of the ports that are used. */
    readonly port: number
    /** Whether its processes go before all others of the machine: see `hurry`. */
    readonly isHurried?: boolean
  }) {
    this.#isHurried = isHurried
    this.#game = fileURLToPath(new URL(game, import.meta.url))
    this.#scene = scene
    this.#port = port
  }

  of(role: Role): Member[] {
    return this.members.filter((member) => member.role === role)
  }

  /** Starts a directory, and so many regions and gateways; waits until each of these districts is somebody's. */
  async begin({ regions, gateways, districts }: Record<'regions' | 'gateways' | 'districts', number>) {
    const directory = await this.start('directory', {})
    await Promise.all([
      ...Array.from({ length: regions }, () => this.start('region', { directory: directory.url })),
      ...Array.from({ length: gateways }, () => this.start('gateway', { directory: directory.url })),
    ])
    await this.until(() => this.#spokenFor >= districts, 'every district is somebody’s')
  }

  async start(role: Role, { directory }: { directory?: string }): Promise<Member> {
    const health = `127.0.0.1:${this.#port++}`
    const own = role === 'serve' ? {} : { bus: `tcp://127.0.0.1:${this.#port++}`, health }
    const runs = role === 'directory' ? {} : { game: this.#game, store: join(this.#folder, 'bench.db') }
    const players = { players: 20_000, connectionsPerAddress: 20_000, listen: ['ws://127.0.0.1:0'] }
    const file = join(this.#folder, `${role}-${this.members.length}.json`)
    writeFileSync(
      file,
      JSON.stringify({
        ...{ ...own, ...runs, directory },
        ...((role === 'gateway' || role === 'serve') && players),
      }),
    )
    const profile = PROFILED === role ? ['--cpu-prof', `--cpu-prof-dir=${PROFILES}`] : []
    const child = fork(cli, [role, '--config', file], {
      execArgv: [...process.execArgv, ...profile],
      env: { ...process.env, SHARDLESS_SECRET: SECRET, [SCENE]: JSON.stringify(this.#scene) },
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    })
    open.add(child)
    if (this.#isHurried) hurry(child.pid)
    const member: Member = { role, child, name: '', url: '', health }
    this.members.push(member)
    child.once('exit', (code) => {
      open.delete(child)
      if (code) console.error(`A ${role} process ended with code ${code}.`)
    })
    if (role === 'serve') await this.#served(member)
    else await this.#ready(member)
    return member
  }

  async until(isSo: () => boolean, what: string): Promise<void> {
    for (const end = performance.now() + 60_000; !isSo(); await pause(5))
      if (performance.now() > end) throw new Error(`Not so after a minute: ${what}.`)
  }

  /** Runs work, and tells how much CPU each process spent meanwhile, in ms. */
  async spent(work: () => Promise<unknown>): Promise<ReadonlyMap<Member, number>> {
    const before = new Map(this.members.map((member) => [member, cpuMs(member.child.pid)]))
    await work()
    return new Map(
      this.members.map((member) => [member, cpuMs(member.child.pid) - (before.get(member) ?? 0)]),
    )
  }

  /** Reads one number of what processes of a role count, summed over them; `name` may have labels with it. */
  async count(role: Role, name: string): Promise<number> {
    let sum = 0
    for (const { health } of this.of(role)) {
      const text = await (await fetch(`http://${health}/metrics`)).text()
      for (const line of text.split('\n')) if (line.startsWith(`${name} `)) sum += Number(line.split(' ')[1])
    }
    return sum
  }

  async close(): Promise<void> {
    for (const role of ['serve', 'gateway', 'region', 'directory'] as const)
      await Promise.all(this.of(role).map(({ child }) => end(child)))
    rmSync(this.#folder, { recursive: true, force: true })
  }

  get #spokenFor(): number {
    return new Set(this.lines.flatMap(({ text }) => text.match(/speaks for district (\d+), at/)?.[1] ?? []))
      .size
  }

  #ready(member: Member): Promise<void> {
    return new Promise((resolve, reject) => {
      member.child.on('message', (news: MemberNews) => {
        if (news.is === 'says') this.lines.push({ at: performance.now(), text: news.sentence })
        else {
          member.name = news.name
          member.url = news.urls[0] ?? ''
          resolve()
        }
      })
      member.child.once('exit', () => reject(new Error(`A ${member.role} process did not start.`)))
    })
  }

  async #served(member: Member): Promise<void> {
    for (let said = ''; member.url === ''; ) {
      said += String((await once(member.child.stdout as NodeJS.ReadableStream, 'data'))[0])
      member.url = said.match(/ws:\/\/\S+/)?.[0] ?? ''
    }
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** Has a process be preferred to others of the machine, where that is allowed: busy neighbours are measured less. */
export function hurry(pid: number | undefined): void {
  try {
    setPriority(pid ?? 0, -15)
  } catch {
    // Only the operator of a machine may.
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  const patience = setTimeout(() => child.kill('SIGKILL'), CLOSE_MS)
  await ended
  clearTimeout(patience)
}

/** CPU that a process used until now, all its threads, in ms (Linux); 0 for one that is gone. */
function cpuMs(pid: number | undefined): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')
    return (Number(fields[11]) + Number(fields[12])) * CLOCK_MS
  } catch {
    return 0
  }
}
