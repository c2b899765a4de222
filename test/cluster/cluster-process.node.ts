/** `shardless cluster` with the hut, as somebody runs it on one machine; tests stop and kill parts of it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

export interface ClusterProcess {
  /** One for each gateway. */
  readonly urls: readonly string[]
  readonly file: string
  readonly lines: string[]
  readonly process: ChildProcess
  /** The process that has the world, as a gateway said last. */
  owner(): { readonly name: string; readonly pid: number; readonly epoch: number }
}

/** Begins `shardless cluster` with two regions and two gateways, the hut or another game, and what else is given. */
export async function beginCluster(
  t: TestContext,
  {
    port,
    game = 'test/account/hut.node.ts',
    more = [],
  }: { readonly port: number; readonly game?: string; readonly more?: readonly string[] },
): Promise<ClusterProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'hut-cluster-'))
  const file = join(folder, 'hut.db')
  const args = [
    ...['-C', 'shardless-source', 'src/cli/main.node.ts', 'cluster', '--game', game],
    ...['--listen', `ws://127.0.0.1:${port}`, '--store', file, ...more],
  ]
  const child = spawn(process.execPath, args, { cwd: root })
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
        if (isUp && lines.filter((line) => /^gateway-.* has the world, at/.test(line)).length >= 2) resolve()
      })
    child.on('exit', () => reject(new Error(lines.join('\n'))))
  })
  return {
    ...{ file, lines, process: child },
    urls: [port, port + 1].map((one) => `ws://127.0.0.1:${one}`),
    owner() {
      const said = lines.findLast((line) => /^gateway-.* has the world, at/.test(line)) ?? ''
      const [, name = '', epoch] = said.match(/: (region-\w+) has the world, at epoch (\d+)/) ?? []
      const taken = lines.findLast((line) => line.startsWith(`${name}: has the world`)) ?? ''
      const pid = taken.match(/as process (\d+)/)?.[1]
      return { name, pid: Number(pid), epoch: Number(epoch) }
    },
  }
}
