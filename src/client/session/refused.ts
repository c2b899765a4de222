import type { RefusalCode } from '../../dialect/native/index.ts'

/** The server refused this player; `code` says why, the message says it in a sentence. */
export class Refused extends Error {
  readonly code: RefusalCode
  /** The version of client content that the server wants, with code `content`. */
  readonly content: string | undefined
  /** The end of the ban, in ms since 1970, with code `banned`; undefined for good. */
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

  /** Whether a retry is useless. */
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
