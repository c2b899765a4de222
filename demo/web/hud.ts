import type { Client } from 'shardless/client'
import type { town } from '../game/town.ts'
import { byId } from './element.ts'

/** The time between two updates of the numbers, in ms. */
const every = 250

/**
 * Shows the state of the connection, and what slows the game if anything does: server, network, or our own frames.
 */
export class Hud {
  readonly #card = byId('hud')
  readonly #button = byId('info')
  readonly #values = new Map<string, HTMLElement>()
  #shownAt = 0
  #frames = 0

  constructor() {
    this.#button.addEventListener('click', () => this.#toggle())
    addEventListener('keydown', (event) => {
      if (event.code === 'KeyH' && !event.repeat && !(event.target instanceof HTMLInputElement))
        this.#toggle()
    })
  }

  update(client: Client<typeof town>, now: number): void {
    this.#frames++
    const elapsed = now - this.#shownAt
    if (elapsed < every) return
    const framesPerSecond = (this.#frames * 1000) / elapsed
    this.#shownAt = now
    this.#frames = 0
    if (this.#card.hidden) return
    const { stats } = client
    this.#set('Connection', client.status)
    this.#set('Ping', `${stats.pingMs.toFixed(0)} ms`)
    this.#set('Jitter', `${stats.jitterMs.toFixed(1)} ms`)
    this.#set('In', `${(stats.bytesPerSecondIn / 1000).toFixed(2)} kB/s`)
    this.#set('Out', `${(stats.bytesPerSecondOut / 1000).toFixed(2)} kB/s`)
    this.#set('Server tick', `${stats.serverTickMs.toFixed(2)} ms`)
    this.#set('Shown behind', `${stats.interpolationMs.toFixed(0)} ms`)
    this.#set('In view', String([...client.entities('walker')].length))
    this.#set('Frames', `${framesPerSecond.toFixed(0)} /s`)
  }

  #toggle(): void {
    this.#card.hidden = !this.#card.hidden
    this.#button.setAttribute('aria-pressed', String(!this.#card.hidden))
  }

  #set(name: string, value: string): void {
    let element = this.#values.get(name)
    if (!element) {
      const term = document.createElement('dt')
      term.textContent = name
      element = document.createElement('dd')
      element.dataset.name = name
      this.#card.querySelector('dl')!.append(term, element)
      this.#values.set(name, element)
    }
    if (element.textContent !== value) element.textContent = value
  }
}
