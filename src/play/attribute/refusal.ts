/** Why an attribute was not told or not changed. The codes are stable. */
export const REFUSALS = [
  /** There is no such character, or the asker may not know of it. */
  'no-character',
  /** No attribute has that name. */
  'unknown-name',
  /** The asker may not read it, or not write it. */
  'forbidden',
  /** A text where a number belongs, or an amount added to something else than a number. */
  'wrong-type',
  /** The value, or what an edit would make of it, is outside its bounds. */
  'out-of-range',
] as const

export type AttributeRefusalCode = (typeof REFUSALS)[number]

/** A refusal: a code for programs, a sentence for people. Nothing has changed. */
export interface AttributeRefusal {
  readonly code: AttributeRefusalCode
  readonly sentence: string
}

/** A refusal, as it is thrown at the asker's end. */
export class AttributeRefused extends Error {
  readonly code: AttributeRefusalCode

  constructor({ code, sentence }: AttributeRefusal) {
    super(sentence)
    this.name = 'AttributeRefused'
    this.code = code
  }
}
