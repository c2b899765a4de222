import { byId } from './element.ts'

const storageKey = 'shardless town name'
/** The storage key, per tab, for whether its visitor is in the town. */
const insideKey = 'shardless town inside'

/** Runs the entrance: asks for a name, remembers it, and says why one could not come in. */
export class Join {
  readonly #section = byId('join')
  readonly #play = byId('play')
  readonly #form = this.#section.querySelector('form')!
  readonly #name = byId<HTMLInputElement>('name')
  readonly #button = this.#form.querySelector('button')!
  readonly #trouble = byId('trouble')

  constructor() {
    // Whoever was quicker than the page has typed a name already.
    this.#name.value ||= remembered(localStore, storageKey)
    this.#name.focus()
    this.#button.disabled = false
    addEventListener('pagehide', () => remember(sessionStore, insideKey, this.#section.hidden ? 'yes' : ''))
  }

  /**
   * Opens the gate: until then the button is disabled, so that nobody's name gets lost while the town is being
   * painted.
   *
   * @param enter joins under a name; a rejection is shown
   */
  onSubmit(enter: (name: string) => Promise<void>): void {
    this.#ready()
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault()
      const name = this.#name.value.trim()
      if (name !== '' && !this.#button.disabled) void this.#enter(name, enter)
    })
    // Not every browser puts pages aside: where the back button loads it anew, one goes on all the same.
    if (hasComeBack()) this.#form.requestSubmit()
  }

  /** Shows the entrance again. */
  open(reason: string): void {
    this.#section.hidden = false
    this.#play.hidden = true
    this.#trouble.textContent = reason
    this.#button.focus()
  }

  /** Hides the entrance. */
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
      remember(localStore, storageKey, name)
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

/**
 * Returns whether the browser went back or forward to this page, and its visitor had not left the town by the gate.
 */
function hasComeBack(): boolean {
  const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[]
  return navigation?.type === 'back_forward' && remembered(sessionStore, insideKey) !== ''
}

const localStore = (): Storage => localStorage
const sessionStore = (): Storage => sessionStorage

/** Reads from storage, which may be forbidden; then the name is asked for each time. */
function remembered(store: () => Storage, key: string): string {
  try {
    return store().getItem(key) ?? ''
  } catch {
    return ''
  }
}

function remember(store: () => Storage, key: string, text: string): void {
  try {
    store().setItem(key, text)
  } catch {
    return
  }
}
