const WAYS: Readonly<Record<string, readonly [east: number, north: number]>> = {
  ...{ KeyW: [0, 1], ArrowUp: [0, 1], KeyS: [0, -1], ArrowDown: [0, -1] },
  ...{ KeyA: [-1, 0], ArrowLeft: [-1, 0], KeyD: [1, 0], ArrowRight: [1, 0] },
}
/** How far a thumb is pulled for full speed, in pixels of the page. */
const PULL = 48
const DEAD = 8

/** Whether somebody writes into a field at the moment: then keys are letters. */
function isWriting(): boolean {
  const { activeElement } = document
  return activeElement instanceof HTMLInputElement && !['radio', 'checkbox'].includes(activeElement.type)
}

/**
 * Which way the player wants to go: keys, or a thumb or mouse that is pulled away from where it came down.
 */
export class Input {
  readonly way = { east: 0, north: 0 }
  readonly #pressed = new Set<string>()
  #pull: { readonly pointer: number; readonly x: number; readonly y: number } | undefined
  readonly #keys = new Map<string, () => void>()

  constructor(surface: HTMLElement) {
    addEventListener('keydown', (event) => {
      if (isWriting() || event.ctrlKey || event.metaKey || event.altKey) return
      this.#keys.get(event.code)?.()
      if (!WAYS[event.code]) return
      // A chosen radio button would walk too.
      if (document.activeElement instanceof HTMLElement && event.code.startsWith('Arrow'))
        if (document.activeElement !== document.body) return
      event.preventDefault()
      this.#pressed.add(event.code)
      this.#sum()
    })
    addEventListener('keyup', ({ code }) => {
      this.#pressed.delete(code)
      this.#sum()
    })
    addEventListener('blur', () => this.#rest())
    document.addEventListener('visibilitychange', () => this.#rest())
    surface.addEventListener('pointerdown', (event) => {
      if (this.#pull) return
      surface.setPointerCapture(event.pointerId)
      this.#pull = { pointer: event.pointerId, x: event.clientX, y: event.clientY }
      const { activeElement } = document
      if (activeElement instanceof HTMLElement) activeElement.blur()
    })
    surface.addEventListener('pointermove', (event) => {
      if (event.pointerId !== this.#pull?.pointer) return
      const [x, y] = [event.clientX - this.#pull.x, event.clientY - this.#pull.y]
      const far = Math.hypot(x, y)
      const share = far < DEAD ? 0 : Math.min(1, far / PULL) / far
      this.way.east = x * share
      this.way.north = -y * share
    })
    for (const over of ['pointerup', 'pointercancel'] as const)
      surface.addEventListener(over, (event) => {
        if (event.pointerId !== this.#pull?.pointer) return
        this.#pull = undefined
        this.#sum()
      })
  }

  /** Has a key do something, outside of fields. @param code  as browsers name keys: "KeyM" */
  onKey(code: string, act: () => void): void {
    this.#keys.set(code, act)
  }

  #rest(): void {
    this.#pressed.clear()
    this.#sum()
  }

  #sum(): void {
    let [east, north] = [0, 0]
    for (const code of this.#pressed) {
      east += WAYS[code][0]
      north += WAYS[code][1]
    }
    this.way.east = Math.sign(east)
    this.way.north = Math.sign(north)
  }
}
