import { createInterface } from 'node:readline'
import { OutsideError } from '../core/index.ts'
import { type AdminClient, connectAdmin, readTokenFile, type Server } from '../server/index.node.ts'
import { openLineEditor } from './line-editor.node.ts'
import type { Settings } from './options.ts'

/**
 * Opens the operator's console where `serve` runs at a terminal. Without a terminal there is none, and nothing is
 * read.
 *
 * @param quit  ends the server
 * @returns     what closes it
 */
export function openConsole({ console: operator }: Server, quit: () => void): { close(): void } | undefined {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return undefined
  const lines = openLineEditor({
    prompt: '> ',
    run: (line) => operator.run(line),
    complete: async (line) => operator.complete(line),
    interrupted: quit,
  })
  lines.on('close', () => process.stdin.unref())
  return lines
}

/**
 * `shardless console URL`: the console of a server that runs elsewhere. At a terminal it is edited as there;
 * otherwise each line of standard input is run.
 *
 * @throws OutsideError when the server lets nobody in, or the connection ends
 */
export async function runConsole(settings: Settings, url: string): Promise<void> {
  const operator = await connectAdmin(url, readTokenFile(String(settings.adminTokenFile)))
  const isTerminal = process.stdin.isTTY && process.stdout.isTTY
  const hasLeft = await (isTerminal ? edit(operator, url) : runPiped(operator))
  operator.close()
  if (!hasLeft) throw new OutsideError(await operator.closed)
}

/** @returns whether the operator left; otherwise the server did */
function edit(operator: AdminClient, url: string): Promise<boolean> {
  console.log(`The console of ${url}; "help" lists the commands, Ctrl-D leaves, and "quit" ends the server.`)
  return new Promise((resolve) => {
    const leave = (): void => lines.close()
    const lines = openLineEditor({
      prompt: `${url.replace(/^.*:\/\//, '')}> `,
      run: (line) => operator.run(line),
      complete: (line) => operator.complete(line),
      interrupted: leave,
    })
    lines.on('close', () => resolve(true))
    void operator.closed.then(() => {
      resolve(false)
      lines.close()
    })
  })
}

async function runPiped(operator: AdminClient): Promise<boolean> {
  let isOpen = true
  void operator.closed.then(() => {
    isOpen = false
  })
  for await (const line of createInterface({ input: process.stdin })) {
    if (!isOpen) return false
    const answer = await operator.run(line)
    if (answer !== '') console.log(answer)
  }
  return true
}
