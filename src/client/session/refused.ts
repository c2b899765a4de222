import type { RefusalCode } from '../../dialect/native/index.ts'

/** The server refused this player; `code` says why, the message says it in a sentence. */
export class Refused extends Error {
  readonly code: RefusalCode
  /** With code `content`: the version of client content that the server wants. */
  readonly content: string | undefined
  /** With code `banned`: when it ends, in ms since 1970; undefined for good. */
  readonly until: number | undefined

  constructor(
    code: RefusalCode,
    reason: string,
    more: { readonly content?: string; readonly until?: number } = {},
  ) {
    super(reason)
    this.name = 'Refused'
    this.code = code
    this.content = more.content
    this.until = more.until
  }

  /** Whether trying again is of no use. */
  get isFinal(): boolean {
    return FINAL.includes(this.code)
  }
}

const FINAL: readonly RefusalCode[] = [
  'protocol',
  'game',
  'name',
  'kicked',
  'nonsense',
  'content',
  'taken-over',
  'banned',
  'login',
]
