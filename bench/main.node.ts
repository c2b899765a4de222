/**
 * Runs benches: `npm run bench -- [NAME ...] [--json] [--quick]`; all of them when none is named.
 *
 * A bench is a file `bench/NAME.bench.ts` that exports `run` (see row.ts). Each runs in a process of its own, so that
 * none inherits another's warm code or garbage. Tables go to standard output; with `--json` nothing but rows goes
 * there, one object a line, and everything else to standard error.
 */
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type Bench, table } from './row.ts'

interface Options {
  json: boolean
  quick: boolean
}

/** After how many milliseconds a bench among several counts as failed: none may hold up the rest. */
const BENCH_MS_MAX = 1_800_000

const folder = new URL('./', import.meta.url)
const known = readdirSync(folder)
  .filter((file) => file.endsWith('.bench.ts'))
  .map((file) => file.slice(0, -'.bench.ts'.length))
  .sort()

process.exitCode = await main()
// The rows are told: whatever socket a bench left open keeps nobody waiting.
process.stdout.write('', () => process.exit())

async function main(): Promise<number> {
  let options: Options
  let names: string[]
  try {
    const parsed = parseArgs({
      allowPositionals: true,
      options: { json: { type: 'boolean', default: false }, quick: { type: 'boolean', default: false } },
    })
    options = parsed.values
    names = parsed.positionals.length > 0 ? parsed.positionals : known
  } catch (error) {
    console.error(`${(error as Error).message} The flags are --json and --quick.`)
    return 1
  }
  const unknown = names.find((name) => !known.includes(name))
  if (unknown !== undefined) {
    console.error(`There is no bench "${unknown}"; there are ${known.join(', ') || 'none yet'}.`)
    return 1
  }
  if (names.length === 1) return runHere(names[0], options)
  let worst = 0
  for (const name of names) worst = Math.max(worst, runApart(name, options))
  return worst
}

async function runHere(name: string, options: Options): Promise<number> {
  const { run } = (await import(new URL(`${name}.bench.ts`, folder).href)) as { run: Bench }
  const rows = await run({ quick: options.quick })
  if (options.json) for (const row of rows) console.log(JSON.stringify(row))
  else console.log(`${table(rows)}\n`)
  return 0
}

function runApart(name: string, options: Options): number {
  const flags = [...(options.json ? ['--json'] : []), ...(options.quick ? ['--quick'] : [])]
  const self = fileURLToPath(import.meta.url)
  const child = spawnSync(process.execPath, [...process.execArgv, self, name, ...flags], {
    stdio: 'inherit',
    timeout: BENCH_MS_MAX,
  })
  if (child.status !== 0) console.error(`The bench "${name}" failed.`)
  return child.status ?? 1
}
