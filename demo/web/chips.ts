import { byId } from './element.ts'

/** Shows a row of buttons, of which at most one is chosen. */
export class Chips {
  readonly #buttons: readonly HTMLButtonElement[]

  constructor(id: string, names: readonly string[], choose: (index: number) => void) {
    this.#buttons = names.map((name, index) => {
      const button = document.createElement('button')
      button.className = 'chip'
      button.type = 'button'
      button.textContent = name
      button.addEventListener('click', () => choose(index))
      return button
    })
    byId(id).append(...this.#buttons)
  }

  /** Shows which one is chosen; -1 for none. */
  set chosen(index: number) {
    for (const [i, button] of this.#buttons.entries())
      button.setAttribute('aria-pressed', String(i === index))
  }
}
