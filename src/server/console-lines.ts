import { Sorry } from '../region/index.ts'

/** One command of a console. */
export interface ConsoleCommand {
  /** One word, or several: "map reload". */
  readonly name: string
  /** What comes after it: "NAME [REASON]". Empty for nothing. */
  readonly usage?: string
  /** One sentence for people. */
  readonly about: string
  /** @param words  what came after the name. @returns what is printed; a thrown `Sorry` is printed as a sentence */
  readonly run: (words: readonly string[]) => string | Promise<string>
  /** Returns words that could come next, for completion. */
  readonly complete?: (words: readonly string[]) => readonly string[]
}

/** What takes an operator's lines. */
export interface LineTaker {
  run(line: string): Promise<string>
  complete(line: string): readonly [whole: readonly string[], part: string]
}

/** The longest line. */
const LINE_MAX = 1000

/** Finds the command of a line and runs it. A mistake in a line is a sentence and changes nothing. */
export class ConsoleLines implements LineTaker {
  readonly #commands: readonly ConsoleCommand[]

  constructor(commands: readonly ConsoleCommand[]) {
    const help: ConsoleCommand = {
      name: 'help',
      about: 'list the commands',
      run: () => {
        const uses = this.#commands.map(({ name, usage = '' }) => `${name} ${usage}`.trim())
        const width = Math.max(...uses.map((use) => use.length))
        return this.#commands.map(({ about }, i) => `${uses[i].padEnd(width)}  ${about}`).join('\n')
      },
    }
    const hasHelp = commands.some(({ name }) => name === 'help')
    this.#commands = [...(hasHelp ? [] : [help]), ...commands].sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  /** Runs one line. Resolves to what is printed, empty for an empty line. It never rejects. */
  async run(line: string): Promise<string> {
    const words = wordsOf(line.slice(0, LINE_MAX))
    if (words.length === 0) return ''
    const command = this.#find(words)
    if (!command) return `There is no command "${words[0]}"; "help" lists those there are.`
    try {
      return await command.run(words.slice(command.name.split(' ').length))
    } catch (error) {
      if (error instanceof Sorry) return error.message
      return `The command failed: ${error instanceof Error ? error.message : String(error)}`
    }
  }

  /** Returns what a line could be completed to, and the part of it that stands for. */
  complete(line: string): readonly [whole: readonly string[], part: string] {
    const part = /\S*$/.exec(line)?.[0] ?? ''
    const words = wordsOf(line.slice(0, line.length - part.length))
    const command = this.#find(words)
    const names = this.#commands
      .map(({ name }) => name.split(' '))
      .filter((name) => name.length > words.length && words.every((word, i) => word === name[i]))
      .map((name) => name[words.length])
    const more = command?.complete?.(words.slice(command.name.split(' ').length)) ?? []
    const whole = [...new Set([...names, ...more])].filter((word) => word.startsWith(part))
    return [whole.map((word) => (/\s/.test(word) ? `"${word}" ` : `${word} `)), part]
  }

  #find(words: readonly string[]): ConsoleCommand | undefined {
    let found: ConsoleCommand | undefined
    for (const command of this.#commands) {
      const name = command.name.split(' ')
      if (name.every((word, i) => word === words[i]) && name.length > (found?.name.split(' ').length ?? 0))
        found = command
    }
    return found
  }
}

/** Cuts a line into words; what stands in quotation marks is one. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain)
}
