/** Why an attribute was neither told nor changed. The codes are stable. */
export const REFUSALS = [
  /** There is no such character, or none that the asker may know of. */
  'no-character',
  /** No attribute has that name. */
  'unknown-name',
  /** The asker may not read it, or not write it. */
  'forbidden',
  /** A text where a number belongs, or an amount added to what is none. */
  'wrong-type',
  /** Outside its bounds, or what an edit would make of it is. */
  'out-of-range',
] as const

export type AttributeRefusalCode = (typeof REFUSALS)[number]

/** A refusal: a code for programs, a sentence for people. Nothing has changed. */
export interface AttributeRefusal {
  readonly code: AttributeRefusalCode
  readonly sentence: string
}

/** A refusal as the asker's end throws it. */
export class AttributeRefused extends Error {
  readonly code: AttributeRefusalCode

  constructor({ code, sentence }: AttributeRefusal) {
    super(sentence)
    this.name = 'AttributeRefused'
    this.code = code
  }
}
