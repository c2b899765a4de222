import type { RefusalCode } from '../dialect/native/index.ts'

/** The server refused this player; `code` says why, the message says it in a sentence. */
export class Refused extends Error {
  readonly code: RefusalCode

  constructor(code: RefusalCode, reason: string) {
    super(reason)
    this.name = 'Refused'
    this.code = code
  }

  /** Whether trying again is of no use. */
  get isFinal(): boolean {
    return FINAL.includes(this.code)
  }
}

const FINAL: readonly RefusalCode[] = ['protocol', 'game', 'name', 'kicked', 'nonsense']
