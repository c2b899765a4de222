import type { Status } from 'shardless/client'
import { byId } from './element.ts'

/** Shows the state of the connection while it is down, and never claims anything untrue. */
export class Banner {
  readonly #element = byId('banner')
  #timer: ReturnType<typeof setInterval> | undefined
  #lostAt = 0

  show(status: Status, reason: string): void {
    clearInterval(this.#timer)
    this.#element.hidden = status !== 'reconnecting'
    if (status !== 'reconnecting') {
      this.#lostAt = 0
      return
    }
    // Several attempts in a row are one interruption.
    this.#lostAt ||= performance.now()
    const tell = (): void => {
      const seconds = Math.round((performance.now() - this.#lostAt) / 1000)
      const since = seconds < 2 ? '' : ` (${seconds} s)`
      this.#element.textContent = `${reason || 'The connection was lost.'} Trying again${since}`
    }
    tell()
    this.#timer = setInterval(tell, 1000)
  }
}
