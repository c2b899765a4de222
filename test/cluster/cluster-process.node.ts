/** `shardless cluster` with the hut of four districts, as somebody runs it on one machine; tests kill parts of it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { TestContext } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** A district, as a gateway tells at /stats. */
export interface ToldDistrict {
  readonly district: number
  readonly owner: string
  readonly epoch: number
}

export interface ClusterProcess {
  /** One for each gateway. */
  readonly urls: readonly string[]
  readonly file: string
  readonly lines: string[]
  readonly process: ChildProcess
  /** The districts as the directory has them, by a gateway. */
  districts(): Promise<readonly ToldDistrict[]>
  /** All that the first gateway tells of the cluster. */
  told(): Promise<{
    readonly leader: string
    readonly members: readonly {
      readonly name: string
      /** The districts that it speaks for, as it said last. */
      readonly load: readonly { readonly district: number; readonly epoch: number }[]
    }[]
    readonly districts: readonly ToldDistrict[]
  }>
  /** The process that a region or gateway is, by its name. */
  pidOf(name: string): number
  /** Whether a region or gateway has begun and not ended. What the directory lists may have ended a moment ago. */
  lives(name: string): boolean
  /** The process that serves at an address. */
  gatewayAt(url: string): number
  /** Waits until something is so. */
  until(isSo: () => boolean, what: string): Promise<void>
}

/** Begins `shardless cluster` with the quarters or another game, and waits until every district is somebody's. */
export async function beginCluster(
  t: TestContext,
  options: {
    readonly port: number
    readonly game?: string
    readonly regions?: number
    /** How many districts the game's map has; 4 when left out. */
    readonly districts?: number
    /** Variables of its environment, beside this process's; undefined for one that it does not have. */
    readonly environment?: NodeJS.ProcessEnv
    /** Further options of the command, by the store's file. */
    readonly more?: readonly string[] | ((file: string) => readonly string[])
  },
): Promise<ClusterProcess> {
  const {
    port,
    game = 'test/cluster/quarters.node.ts',
    regions = 4,
    districts = 4,
    environment,
    more = [],
  } = options
  const folder = mkdtempSync(join(tmpdir(), 'hut-cluster-'))
  const file = join(folder, 'hut.db')
  const args = [
    ...['-C', 'shardless-source', 'src/cli/main.node.ts', 'cluster', '--game', game],
    ...['--listen', `ws://127.0.0.1:${port}`, '--regions', `${regions}`, '--store', file],
    ...(typeof more === 'function' ? more(file) : more),
  ]
  const child = spawn(process.execPath, args, { cwd: root, env: { ...process.env, ...environment } })
  t.after(async () => {
    if (child.exitCode === null) {
      child.kill('SIGTERM')
      await once(child, 'exit')
    }
    rmSync(folder, { recursive: true, force: true })
  })
  const lines: string[] = []
  await new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      createInterface(stream).on('line', (line) => {
        lines.push(line.trim())
        const isUp = lines.some((line) => line.includes('2 gateways:'))
        const spoken = new Set(
          lines.flatMap((line) => line.match(/speaks for district (\d+), at/)?.[1] ?? []),
        )
        if (isUp && spoken.size >= districts) resolve()
      })
    child.on('exit', () => reject(new Error(lines.join('\n'))))
  })
  const urls = [port, port + 1].map((one) => `ws://127.0.0.1:${one}`)
  const pidOf = (name: string): number => {
    const line = lines.findLast((one) => one.startsWith(`${name}: is there, as process`))
    return Number(line?.match(/as process (\d+)/)?.[1])
  }
  const lives = (name: string): boolean =>
    !lines.some((line) => line.startsWith(`${name} ended`)) &&
    lines.some((line) => line.startsWith(`${name}: is there`))
  return {
    ...{ file, lines, process: child, urls, pidOf, lives },
    async told() {
      const answer = await fetch(`${urls[0].replace('ws', 'http')}/stats`)
      return ((await answer.json()) as { cluster: Awaited<ReturnType<ClusterProcess['told']>> }).cluster
    },
    async until(isSo, what) {
      for (const end = performance.now() + 180_000; !isSo(); await setTimeout(20))
        if (performance.now() > end)
          throw new Error(`Not so after three minutes: ${what}\n${lines.join('\n')}`)
    },
    async districts() {
      // A gateway looks at the directory now and then.
      for (;;) {
        const answer = await fetch(`${urls[0].replace('ws', 'http')}/stats`)
        const { cluster } = (await answer.json()) as { cluster: { districts: readonly ToldDistrict[] } }
        if (cluster.districts.length >= districts) return cluster.districts
        await setTimeout(100)
      }
    },
    gatewayAt(url) {
      const line = lines.findLast((one) => /^gateway-\w+: serves /.test(one) && one.includes(`${url}`))
      return pidOf(line?.split(':')[0] ?? '')
    },
  }
}
