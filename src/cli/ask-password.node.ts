import { OutsideError } from '../core/index.ts'

/** The most bytes read from a pipe. */
const BYTES_MAX = 4096

/**
 * Asks for a password: typed without being shown, twice, on a terminal; else the first line of standard input.
 * Never from the command line, which every user of a machine can read.
 *
 * @throws OutsideError when nothing came, both differ, or Ctrl-C was pressed
 */
export async function askPassword(): Promise<string> {
  const { stdin } = process
  if (!stdin.isTTY) return firstLine()
  const one = await hidden('Password: ')
  if ((await hidden('Once more: ')) !== one) throw new OutsideError('The two are not the same.')
  return one
}

async function firstLine(): Promise<string> {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of process.stdin) {
    parts.push(part)
    length += part.length
    if (length > BYTES_MAX || part.includes(10)) break
  }
  const [line] = Buffer.concat(parts).toString('utf8').split(/\r?\n/, 1)
  if (line === '') throw new OutsideError('No password came; type it, or pipe it in as one line.')
  return line
}

/** Reads one line that is typed and not shown. */
function hidden(question: string): Promise<string> {
  const { stdin, stderr } = process
  stderr.write(question)
  stdin.setRawMode(true)
  stdin.setEncoding('utf8')
  stdin.resume()
  return new Promise((resolve, reject) => {
    let typed = ''
    const end = (): void => {
      stdin.off('data', take)
      stdin.setRawMode(false)
      stdin.pause()
      stderr.write('\n')
    }
    const take = (keys: string): void => {
      for (const key of keys) {
        if (key === '\r' || key === '\n') {
          end()
          resolve(typed)
          return
        }
        if (key === '\u0003' || key === '\u0004') {
          end()
          reject(new OutsideError('Nothing was changed.'))
          return
        }
        if (key === '\u007f' || key === '\b') typed = [...typed].slice(0, -1).join('')
        else if (typed.length < BYTES_MAX) typed += key
      }
    }
    stdin.on('data', take)
  })
}
