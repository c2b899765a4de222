import { byId } from './element.ts'

const storageKey = 'shardless town name'

/** The door: asks for a name, remembers it, and says why one could not come in. */
export class Join {
  readonly #section = byId('join')
  readonly #play = byId('play')
  readonly #form = this.#section.querySelector('form')!
  readonly #name = byId<HTMLInputElement>('name')
  readonly #button = this.#form.querySelector('button')!
  readonly #trouble = byId('trouble')

  constructor() {
    // Whoever was quicker than the page has typed a name already.
    this.#name.value ||= remembered()
    this.#name.focus()
    this.#button.disabled = false
  }

  /**
   * Opens the gate: until then the button is shut, so that nobody's name gets lost while the town is being painted.
   *
   * @param enter joins under a name; what it rejects with is shown
   */
  onSubmit(enter: (name: string) => Promise<void>): void {
    this.#ready()
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault()
      const name = this.#name.value.trim()
      if (name !== '' && !this.#button.disabled) void this.#enter(name, enter)
    })
  }

  /** Shows the door again. */
  open(reason: string): void {
    this.#section.hidden = false
    this.#play.hidden = true
    this.#trouble.textContent = reason
    this.#button.focus()
  }

  /** Shuts the door behind us. */
  leave(): void {
    this.#section.hidden = true
    this.#play.hidden = false
  }

  async #enter(name: string, enter: (name: string) => Promise<void>): Promise<void> {
    this.#trouble.textContent = ''
    this.#button.disabled = true
    this.#button.textContent = 'Opening the gate…'
    try {
      await enter(name)
      remember(name)
      this.leave()
      this.#name.blur()
    } catch (error) {
      this.#trouble.textContent = error instanceof Error ? error.message : String(error)
    } finally {
      this.#ready()
    }
  }

  #ready(): void {
    this.#button.disabled = false
    this.#button.textContent = 'Walk in'
  }
}

/** Storage may be forbidden; then the name is asked for each time. */
function remembered(): string {
  try {
    return localStorage.getItem(storageKey) ?? ''
  } catch {
    return ''
  }
}

function remember(name: string): void {
  try {
    localStorage.setItem(storageKey, name)
  } catch {
    return
  }
}
