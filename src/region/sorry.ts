/**
 * Thrown by a request's handler, or by `join`, to refuse: the sentence reaches the player, and nothing else happens.
 */
export class Sorry extends Error {
  constructor(sentence: string) {
    super(sentence)
    this.name = 'Sorry'
  }
}
