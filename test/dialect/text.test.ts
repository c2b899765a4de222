/** The text dialect of docs/examples keeps the rules of dialects. */
import text, { adapter } from '../../docs/examples/text-dialect/dialect.ts'
import { textDialect } from '../../docs/examples/text-dialect/text-dialect.ts'
import { type DialectPlayer, dialectSuite } from '../../src/dialect/dialect.suite.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** What each person has been given to come back with. */
const tokens = new WeakMap<DialectPlayer, () => string>()

/** A person with netcat, who understands what is printed. */
function person(send: (bytes: Uint8Array) => void): DialectPlayer {
  const type = (line: string): void => send(encoder.encode(`${line}\r\n`))
  const refusals: string[] = []
  const entered: string[] = []
  const heard: string[] = []
  const replies: string[] = []
  const seen = new Map<string, { x: number; y: number }>()
  const moods = new Map<string, number>()
  let isIn = false
  let rest = ''
  let token = ''
  const readers: Readonly<Record<string, (line: string) => void>> = {
    in: () => {
      isIn = true
    },
    token: (line) => {
      token = line
    },
    refused: (line) => void refusals.push(line.slice(0, line.indexOf(':'))),
    comes: (line) => {
      entered.push(line)
      put(line)
    },
    moves: put,
    is(line) {
      const [, name, mood] = /^(.*) mood=(\d)$/.exec(line) ?? []
      moods.set(name, Number(mood))
    },
    goes: (line) => void seen.delete(line),
    says: (line) => void heard.push(line),
    done: (line) => void replies.push(String(JSON.parse(line).heardBy)),
    'sorry:': (line) => void replies.push(`sorry: ${line}`),
  }
  function put(line: string): void {
    const [, name, x, y] = /^(.*) (\S+) (\S+)$/.exec(line) ?? []
    seen.set(name, { x: Number(x), y: Number(y) })
  }
  const player: DialectPlayer = {
    receive(bytes) {
      const lines = (rest + decoder.decode(bytes)).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) readers[line.split(' ', 1)[0]]?.(line.slice(line.indexOf(' ') + 1))
    },
    hello: (name) => type(`hello ${name}`),
    login: (name, password) => type(`login ${name} ${password}`),
    walk(east, north) {
      const way = north > 0 ? 'north' : north < 0 ? 'south' : east > 0 ? 'east' : 'west'
      type(east === 0 && north === 0 ? 'stop' : `walk ${way}`)
    },
    say: (text) => type(`say ${text}`),
    leave: () => type('quit'),
    resume: (from) => type(`again ${tokens.get(from)?.()} Ada`),
    get isIn() {
      return isIn
    },
    ...{ refusals, entered, heard, replies, seen, moods },
  }
  tokens.set(player, () => token)
  return player
}

const under = {
  carries: 'stream' as const,
  // It says that somebody has gone on every metre and a half, and a tick late.
  tolerance: 2.2,
  player: person,
  nonsense: ['xyzzy\n', 'walk\n', '\xff\xfe\n', `${'a'.repeat(500)}\n`, 'say hello\n'].map((line) =>
    Uint8Array.from(line, (letter) => letter.charCodeAt(0)),
  ),
}

dialectSuite({ ...under, dialect: text })

// Whoever loses the connection may come back here, which is another way to let go of somebody.
const kept = textDialect(adapter, { graceMs: 30_000 })
dialectSuite({ ...under, dialect: { ...kept, name: 'text-kept' }, canResume: true })
