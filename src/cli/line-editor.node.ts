import { createInterface, type Interface } from 'node:readline'

/** How many lines the history holds. */
const HISTORY = 200

export interface LineEditorOptions {
  readonly prompt: string
  /** Runs a line. @returns what is printed; nothing when empty */
  readonly run: (line: string) => Promise<string>
  /** Returns what a line could be completed to, and the part of it that stands for. */
  readonly complete: (line: string) => Promise<readonly [whole: readonly string[], part: string]>
  /** Called for Ctrl-C, which in a terminal that is being edited comes as a key. */
  readonly interrupted: () => void
}

/** Opens a line editor on the terminal, with history (arrow keys) and completion (Tab). */
export function openLineEditor({ prompt, run, complete, interrupted }: LineEditorOptions): Interface {
  const lines = createInterface({
    input: process.stdin,
    output: process.stdout,
    prompt,
    historySize: HISTORY,
    removeHistoryDuplicates: true,
    completer(line: string, tell: (error: null, found: [string[], string]) => void) {
      complete(line).then(([whole, part]) => tell(null, [[...whole], part]))
    },
  })
  // One line after the other: what a later one says may stand on an earlier one.
  let last = Promise.resolve()
  lines.on('line', (line) => {
    last = last.then(async () => {
      const answer = await run(line)
      if (answer !== '') console.log(answer)
      lines.prompt()
    })
  })
  lines.on('SIGINT', interrupted)
  lines.prompt()
  return lines
}
