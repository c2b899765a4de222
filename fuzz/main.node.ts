/**
 * Fuzzes decoders and machines: `npm run fuzz -- [NAME ...] [--seconds 5] [--seed N] [--input HEX]`; every target
 * when none is named, `--seconds` for each.
 *
 * A target is a file `fuzz/NAME.fuzz.ts` that exports `seeds` and `fuzz` (see runner/protocol.ts). The same seed
 * tries the same inputs. What fails is printed as hex, shrunk, kept in build/fuzz/, and tried again with `--input`.
 */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { Hash, hex } from '../src/core/index.ts'
import { campaign, type Outcome, replay } from './runner/campaign.node.ts'

/** The longest input, in bytes: nothing longer than any packet on the wire is needed to break a decoder. */
const BYTES_MAX = 4096

const folder = new URL('./', import.meta.url)
const kept = new URL('../build/fuzz/', import.meta.url)
const known = readdirSync(folder)
  .filter((file) => file.endsWith('.fuzz.ts'))
  .map((file) => file.slice(0, -'.fuzz.ts'.length))
  .sort()

process.exitCode = await main()

async function main(): Promise<number> {
  const asked = readArguments()
  if (typeof asked === 'string') {
    console.error(asked)
    return 1
  }
  let worst = 0
  for (const name of asked.names) {
    const { text, isFine } = await run(name, asked).catch((error: Error) => ({
      text: `${name}: FAILED to start\n  ${error.stack ?? error.message}`,
      isFine: false,
    }))
    console.log(text)
    if (!isFine) worst = 1
  }
  return worst
}

async function run(
  name: string,
  { input, seed, seconds }: Asked,
): Promise<{ text: string; isFine: boolean }> {
  const file = new URL(`${name}.fuzz.ts`, folder).href
  if (input !== undefined) {
    const failure = await replay(file, input)
    return { text: `${name}: ${failure?.why ?? 'the input is fine'}`, isFine: failure === undefined }
  }
  const outcome = await campaign(file, { seed, ms: seconds * 1000, bytesMax: BYTES_MAX })
  return { text: report(name, seed, outcome), isFine: outcome.at === 'done' }
}

interface Asked {
  readonly names: readonly string[]
  readonly seconds: number
  readonly seed: number
  readonly input: Uint8Array | undefined
}

/** @returns the arguments, or the sentence that says what is wrong with them */
function readArguments(): Asked | string {
  let parsed: { values: { seconds: string; seed?: string; input?: string }; positionals: string[] }
  try {
    parsed = parseArgs({
      allowPositionals: true,
      options: {
        seconds: { type: 'string', default: '5' },
        seed: { type: 'string' },
        input: { type: 'string' },
      },
    })
  } catch (error) {
    return `${(error as Error).message} The flags are --seconds, --seed and --input.`
  }
  const { values, positionals } = parsed
  const names = positionals.length > 0 ? positionals : known
  const unknown = names.find((name) => !known.includes(name))
  if (unknown !== undefined) {
    return `There is no fuzz target "${unknown}"; there are ${known.join(', ') || 'none yet'}.`
  }
  const seconds = Number(values.seconds)
  if (!(seconds > 0)) return `--seconds is "${values.seconds}"; give a number above 0.`
  const seed = values.seed === undefined ? Date.now() >>> 0 : Number(values.seed)
  if (!Number.isInteger(seed)) return `--seed is "${values.seed}"; give an integer.`
  if (values.input === undefined) return { names, seconds, seed, input: undefined }
  if (!/^([0-9a-f]{2})*$/i.test(values.input)) return '--input is not hexadecimal, two digits a byte.'
  if (positionals.length !== 1) return '--input needs the name of one target.'
  return { names, seconds, seed, input: new Uint8Array(Buffer.from(values.input, 'hex')) }
}

function report(name: string, seed: number, outcome: Outcome): string {
  if (outcome.at === 'done') {
    const { inputs, reached, kept } = outcome
    return `${name}: ${inputs.toLocaleString('en-US')} inputs held (seed ${seed}, ${reached} functions reached, ${kept} inputs kept)`
  }
  const { input, shrunk, why, isAlone } = outcome
  mkdirSync(kept, { recursive: true })
  const file = new URL(`${name}-${new Hash().bytes(shrunk).digest}.hex`, kept)
  writeFileSync(file, `${hex(shrunk)}\n`)
  return [
    `${name}: FAILED with seed ${outcome.seed}${isAlone ? '' : ', but not when tried alone: it keeps something between inputs'}`,
    `  found   ${hex(input) || '(no bytes)'}`,
    `  shrunk  ${hex(shrunk) || '(no bytes)'}`,
    `  kept    ${fileURLToPath(file)}`,
    `  again   npm run fuzz -- ${name} --input "${hex(shrunk)}"`,
    ...why.split('\n').map((line) => `  ${line}`),
  ].join('\n')
}
