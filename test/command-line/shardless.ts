import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** Runs the command line from source, through a shell, and tells how it ended and what it said. */
export function runShardless(...args: string[]): Promise<{ code: number | null; said: string }> {
  const command = `set -o pipefail; "${process.execPath}" -C shardless-source src/cli/main.node.ts ${args.join(' ')}`
  const child = spawn('bash', ['-c', command], { cwd: fileURLToPath(new URL('../..', import.meta.url)) })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (part) => {
      said += part
    })
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, said })))
}
