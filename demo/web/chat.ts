import { sayBytesMax } from '../game/town.ts'
import { byId } from './element.ts'

const linesMax = 60
/** The time until a line fades, in ms. */
const freshFor = 14_000

/** Shows what was said nearby, with a field to speak oneself. */
export class Chat {
  readonly #section = byId('chat')
  readonly #log = byId('log')
  readonly #words = byId<HTMLInputElement>('words')

  /** @param say sends the text to those nearby; resolves to how many hear it, rejects with a sentence */
  constructor(say: (text: string) => Promise<number>) {
    byId('say').addEventListener('submit', (event) => {
      event.preventDefault()
      const text = fitting(this.#words.value.trim())
      this.#words.value = ''
      this.close()
      if (text !== '') void this.#say(text, say)
    })
    this.#words.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') this.close()
    })
    this.#words.addEventListener('focus', () => this.#section.classList.add('open'))
    this.#words.addEventListener('blur', () => this.#section.classList.remove('open'))
  }

  open(): void {
    this.#section.classList.add('open')
    this.#words.focus()
  }

  close(): void {
    this.#words.blur()
    this.#section.classList.remove('open')
  }

  add(name: string, text: string): void {
    const who = document.createElement('b')
    who.textContent = name
    this.#append(who, text)
  }

  /** Adds a line that nobody said. */
  note(text: string): void {
    this.#append(text).classList.add('note')
  }

  async #say(text: string, say: (text: string) => Promise<number>): Promise<void> {
    try {
      if ((await say(text)) === 0) this.note('Nobody is near enough to hear you.')
    } catch (error) {
      this.note(error instanceof Error ? error.message : String(error))
    }
  }

  #append(...content: (Node | string)[]): HTMLElement {
    const line = document.createElement('li')
    line.append(...content)
    this.#log.append(line)
    while (this.#log.childElementCount > linesMax) this.#log.firstElementChild?.remove()
    setTimeout(() => line.classList.add('old'), freshFor)
    return line
  }
}

/** Returns as much of the text as may be said, cut between letters. */
function fitting(text: string): string {
  const letters = [...text]
  while (new TextEncoder().encode(letters.join('')).length > sayBytesMax) letters.pop()
  return letters.join('')
}
