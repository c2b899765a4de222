import type { AttributeValue, EntityId } from '../../world/index.ts'
import type { Edit } from './attributes.ts'
import { type AttributeRefusal, AttributeRefused } from './refusal.ts'
import type { AskOfAttribute, AttributeRequests, ReplyOfAttribute } from './requests.ts'

/** What these functions need of a client whose game has `attributeRequests`. */
export interface Asks<N extends keyof AttributeRequests> {
  ask(request: N, body: AskOfAttribute<N>): Promise<ReplyOfAttribute<N>>
}

/**
 * Asks for an attribute, of one's own character unless another is named.
 *
 * Rejects with `AttributeRefused`, or as `client.ask` does.
 */
export async function askAttribute(
  client: Asks<'getAttribute'>,
  name: string,
  of: EntityId = 0,
): Promise<AttributeValue> {
  const { refusal, value } = await client.ask('getAttribute', { of, name })
  settle(refusal)
  return value as AttributeValue
}

/** Asks to set an attribute. Rejects as `askAttribute` does. */
export async function setAttribute(
  client: Asks<'setAttribute'>,
  name: string,
  value: AttributeValue,
  of: EntityId = 0,
): Promise<void> {
  settle((await client.ask('setAttribute', { of, name, value })).refusal)
}

/** Asks for up to 16 relative changes: all of them or none. Rejects as `askAttribute` does. */
export async function editAttributes(
  client: Asks<'editAttributes'>,
  edits: readonly Edit[],
  of: EntityId = 0,
): Promise<void> {
  settle((await client.ask('editAttributes', { of, edits: [...edits] })).refusal)
}

function settle(refusal: AttributeRefusal | undefined): void {
  if (refusal) throw new AttributeRefused(refusal)
}
