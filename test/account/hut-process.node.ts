/** The hut as an operator runs it: a process of `shardless serve`, which tests stop and kill. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** `shardless serve` with the hut, running. */
export interface HutProcess {
  readonly url: string
  readonly file: string
  readonly lines: string[]
  readonly process: ChildProcess
}

/** `shardless serve` with the hut, over a file of its own. */
export async function begin(
  t: TestContext,
  port: number,
  options: { file?: string; guests?: boolean; flags?: readonly string[]; fails?: 'sudden' | 'leaks' } = {},
): Promise<HutProcess> {
  const { file = join(folder(t), 'hut.db'), guests = true, flags = [], fails = 'sudden' } = options
  const url = `ws://127.0.0.1:${port}`
  const child = spawn(
    process.execPath,
    [
      ...flags,
      '-C',
      'shardless-source',
      'src/cli/main.node.ts',
      'serve',
      '--game',
      'test/account/hut.node.ts',
      '--listen',
      url,
      '--store',
      file,
    ],
    { cwd: root, env: { ...process.env, HUT_GUESTS: guests ? 'yes' : 'no', HUT_FAILS: fails } },
  )
  t.after(() => child.kill('SIGKILL'))
  const lines: string[] = []
  await new Promise<void>((resolve, reject) => {
    createInterface(child.stdout).on('line', (line) => {
      lines.push(line)
      if (line.includes(url)) resolve()
    })
    createInterface(child.stderr).on('line', (line) => lines.push(line))
    child.on('exit', () => reject(new Error(lines.join('\n'))))
  })
  return { url, file, lines, process: child }
}

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'hut-'))
  t.after(() => rmSync(path, { recursive: true, force: true }))
  return path
}

export async function stop({ process }: HutProcess, signal: NodeJS.Signals): Promise<number | null> {
  const over = once(process, 'exit')
  process.kill(signal)
  return (await over)[0]
}
