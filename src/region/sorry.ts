import { ShardlessError } from '../core/index.ts'

/**
 * Thrown by a request's handler, or by `join`, to refuse: the sentence reaches the player, and nothing else happens.
 */
export class Sorry extends Error {
  /** @throws ShardlessError `server/bad-sorry` where there is no sentence to tell */
  constructor(sentence: string) {
    if (typeof sentence !== 'string' || sentence.trim() === '')
      throw new ShardlessError(
        'server/bad-sorry',
        `Sorry needs the sentence that its player reads, and got ${sentence === undefined ? 'none' : 'an empty one'}.`,
      )
    super(sentence)
    this.name = 'Sorry'
  }
}
