import { choice, float64, type Infer, list, optional, record, text } from '../../wire/index.ts'
import { attributeValue, reference } from '../../world/index.ts'
import { REFUSALS } from './refusal.ts'

/** The most changes in one edit. */
export const EDITS_MAX = 16

/** At most 64 bytes: no attribute has a longer name. */
const name = text({ bytesMax: 64 })
/** Whose attribute: a character's id; 0 for one's own. */
const of = reference()
const refusal = optional(record({ code: choice(REFUSALS), sentence: text({ bytesMax: 512 }) }))

const requests = {
  getAttribute: {
    ask: record({ of, name }),
    reply: record({ refusal, value: optional(attributeValue()) }),
  },
  setAttribute: {
    ask: record({ of, name, value: attributeValue() }),
    reply: record({ refusal }),
  },
  editAttributes: {
    ask: record({ of, edits: list(record({ name, by: float64() }), { lengthMax: EDITS_MAX }) }),
    reply: record({ refusal }),
  },
}

export type AttributeRequests = typeof requests
export type AskOfAttribute<N extends keyof AttributeRequests> = Infer<AttributeRequests[N]['ask']>
export type ReplyOfAttribute<N extends keyof AttributeRequests> = Infer<AttributeRequests[N]['reply']>

/** Describes the requests by which players get, set and edit attributes: spread them into a game's `requests`. */
export function attributeRequests(): AttributeRequests {
  return requests
}
