import { byId, make } from './element.ts'
import type { Session } from './session.ts'

/** What the hall shows: the rooms, and the ways into one. */
export class Hall {
  readonly #section = byId('hall')
  readonly #alert = byId('hall-alert')
  readonly #rooms = byId('rooms')
  #session: Session | undefined
  #shown = ''

  constructor() {
    byId('quick').addEventListener('click', () => this.#go((session) => session.ask('quickMatch', {})))
    byId('open').addEventListener('click', () => {
      const { checked: isListed } = byId<HTMLInputElement>('listed')
      this.#go((session) => session.ask('openRoom', { isListed }))
    })
    byId('code-form').addEventListener('submit', (event) => {
      event.preventDefault()
      const { value: code } = byId<HTMLInputElement>('code')
      this.#go((session) => session.ask('enterRoom', { code }))
    })
  }

  open(session: Session): void {
    this.#session = session
  }

  /** Enters the room that the page's address names, if it names one. */
  async follow(code: string): Promise<void> {
    await this.#go(async (session) => {
      try {
        return await session.ask('enterRoom', { code })
      } catch (error) {
        // A match that runs can be watched.
        return await session.ask('watchRoom', { code }).catch(() => Promise.reject(error))
      }
    })
  }

  /** Says something that went wrong. */
  complain(sentence: string): void {
    this.#alert.textContent = sentence
  }

  frame(): void {
    const session = this.#session
    const isHere = session !== undefined && session.match === undefined
    this.#section.hidden = !isHere
    if (!isHere) return
    const rooms = [...session.client.entities('room')]
    const shown = JSON.stringify(rooms)
    if (shown === this.#shown) return
    this.#shown = shown
    const items = rooms.map(({ code, host, phase, players, playersMax, watchers }) => {
      const isRunning = phase === 'running'
      const crowd = `${players} of ${playersMax}${watchers > 0 ? `, ${watchers} watching` : ''}`
      const enter = make('button', {
        type: 'button',
        textContent: isRunning ? 'Watch' : 'Enter',
        ariaLabel: `${isRunning ? 'Watch' : 'Enter'} the room ${code}${host ? ` of ${host}` : ''}`,
        onclick: () => this.#go((one) => one.ask(isRunning ? 'watchRoom' : 'enterRoom', { code })),
      })
      const whose = host ? `${host}'s` : 'nobody there now'
      return make('li', {}, make('span', { textContent: `${code}, ${whose}: ${crowd}` }), enter)
    })
    if (items.length === 0) items.push(make('li', { textContent: 'None yet: a quick match opens one.' }))
    this.#rooms.replaceChildren(...items)
  }

  async #go(ask: (session: Session) => Promise<{ code: string; ticket: string }>): Promise<void> {
    const session = this.#session
    if (!session) return
    this.complain('')
    try {
      session.sat(await ask(session))
    } catch (error) {
      this.complain((error as Error).message)
    }
  }
}
