import type { Instant } from '../../core/index.ts'
import type { Link } from '../../transport/index.ts'
import type { LineTaker } from '../console-lines.ts'
import {
  type AdminAnswer,
  ANSWER_BYTES_MAX,
  readAdminAsk,
  WORD_BYTES_MAX,
  WORDS_MAX,
  writeAdminAnswer,
} from './admin-message.ts'

export interface AdminSessionOptions {
  readonly console: LineTaker
  /** Counts what is asked. */
  readonly count: (what: 'run' | 'complete' | 'left out') => void
  /** Ends the connection of who says what makes no sense. */
  readonly malformed: (reason: string) => void
  /** @returns whether one more is within the rate */
  readonly takes: (now: Instant) => boolean
  /** Told of a line that is about to be run. */
  readonly running: (line: string) => void
}

/** How many lines wait for those before them. */
const WAITING_MAX = 16
const TOO_MUCH = 'Too much at once: this line was not run. Wait a second.'
const CUT = '\n... and more, which is too long for one answer.'

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** Runs the lines of one operator who has been let in: one after the other, as at the terminal. */
export class AdminSession {
  readonly #link: Link
  readonly #options: AdminSessionOptions
  #waiting = 0
  #isOver = false
  #last: Promise<void> = Promise.resolve()

  constructor(link: Link, options: AdminSessionOptions) {
    this.#link = link
    this.#options = options
  }

  receive(packet: Uint8Array, now: Instant): void {
    const asked = readAdminAsk(packet)
    const { console, count, malformed, takes } = this.#options
    if (asked === undefined) {
      malformed('That is no line of an operator.')
      return
    }
    const { is, number, line } = asked
    if (!takes(now) || this.#waiting >= WAITING_MAX) {
      count('left out')
      if (is === 'run') this.#tell({ is: 'answer', number, text: TOO_MUCH, words: [] })
      else this.#tell({ is: 'completions', number, text: '', words: [] })
    } else if (is === 'run') this.#run(number, line)
    else {
      count('complete')
      const [whole, part] = console.complete(line)
      const words = whole.filter((word) => encoder.encode(word).length <= WORD_BYTES_MAX)
      this.#tell({ is: 'completions', number, text: part, words: words.slice(0, WORDS_MAX) })
    }
  }

  /** Runs nothing more: the connection is gone. */
  end(): void {
    this.#isOver = true
  }

  #run(number: number, line: string): void {
    this.#waiting++
    this.#last = this.#last.then(async () => {
      if (this.#isOver) return
      const { console, count, running } = this.#options
      count('run')
      running(line)
      const text = await console.run(line)
      this.#waiting--
      this.#tell({ is: 'answer', number, text, words: [] })
    })
  }

  #tell(answer: AdminAnswer): void {
    if (this.#isOver) return
    const told = {
      ...answer,
      text: fitting(answer.text),
      words: answer.words.map((one) => one.toWellFormed()),
    }
    if (!this.#link.send(writeAdminAnswer(told)) && this.#link.isOpen)
      this.#link.close('You take in too little of what you ask for.')
  }
}

/** Cuts a text to what one answer carries. */
function fitting(text: string): string {
  const whole = text.toWellFormed()
  const bytes = encoder.encode(whole)
  if (bytes.length <= ANSWER_BYTES_MAX) return whole
  const cut = decoder.decode(bytes.subarray(0, ANSWER_BYTES_MAX - CUT.length - 4))
  return `${cut.slice(0, cut.lastIndexOf('\n') > 0 ? cut.lastIndexOf('\n') : cut.length - 1)}${CUT}`
}
