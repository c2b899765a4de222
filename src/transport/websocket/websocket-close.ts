import { connectionLost } from '../reason.ts'

/** The close codes of RFC 6455, 7.4.1 that we send or explain. */
export const closeCode = {
  normal: 1000,
  leaving: 1001,
  text: 1003,
  none: 1005,
  lost: 1006,
  tooLarge: 1009,
} as const

/** The reason given to a peer that sends text. */
export const textRefused = 'only binary packets are understood here'

/**
 * Returns the peer's words if it gave any; else what its code means. Empty when it closed in good order without a
 * word.
 */
export function closedReason(code: number, words: string): string {
  if (words !== '') return words
  switch (code) {
    case closeCode.normal:
    case closeCode.none:
      return ''
    case closeCode.leaving:
      return 'the peer went away'
    case closeCode.lost:
      return connectionLost
    case closeCode.tooLarge:
      return 'a packet was larger than the peer takes'
    default:
      return `the peer closed with code ${code}`
  }
}
