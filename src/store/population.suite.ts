/** What tests fill stores with, and how they compare them. */
import type {
  Character,
  Checkpoint,
  Holder,
  Item,
  ItemChange,
  NewAccount,
  NewCharacter,
  Store,
} from './index.ts'

export const empty = new Uint8Array()

/** States a rule of stores, with a new store to hold it against. */
export type Rule = (title: string, play: (store: Store) => Promise<void>) => void

export const newAccount = (id: string, more: Partial<NewAccount> = {}): NewAccount => ({
  id,
  name: id.toUpperCase(),
  nameKey: id,
  passwordHash: `hash of ${id}`,
  role: 'player',
  at: 1000,
  ...more,
})

export const newCharacter = (
  id: string,
  accountId: string,
  more: Partial<NewCharacter> = {},
): NewCharacter => ({
  id,
  accountId,
  name: id.toUpperCase(),
  nameKey: id,
  map: '',
  position: [],
  state: empty,
  at: 1000,
  perAccountMax: 5,
  ...more,
})

export const newItem = (id: string, holder: Holder, more: Partial<Item> = {}): Item => ({
  id,
  kind: 'lantern',
  quantity: 1,
  data: empty,
  holder,
  ...more,
})

export const ground: Holder = { place: 'meadow' }
export const mint = (id: string, holder: Holder, more: Partial<Item> = {}): ItemChange => ({
  do: 'mint',
  item: newItem(id, holder, more),
})
export const checkpointOf = (id: string, epoch: number, more: Partial<Checkpoint> = {}): Checkpoint => ({
  id,
  epoch,
  map: 'meadow',
  position: [1.5, -2, 1e-7],
  state: Uint8Array.of(1, 2, 3),
  at: 2000,
  ...more,
})

/** Makes two accounts, three characters and some items, one of them on the ground. */
export async function population({ accounts, characters, items }: Store): Promise<Character[]> {
  await accounts.create(newAccount('ada'))
  await accounts.create(newAccount('bob'))
  const wanted = [
    newCharacter('ada-1', 'ada'),
    newCharacter('ada-2', 'ada', { at: 1001 }),
    newCharacter('bob-1', 'bob'),
  ]
  const made: Character[] = []
  for (const one of wanted) {
    const creation = await characters.create(one)
    if (creation.is === 'created') made.push(creation.character)
  }
  await items.apply({
    id: 'population',
    at: 1000,
    changes: [
      mint('ada-lantern', { character: 'ada-1' }),
      mint('bob-lantern', { character: 'bob-1' }),
      mint('ground-lantern', ground),
      mint('coins', { character: 'ada-1' }, { kind: 'coin', quantity: 100 }),
    ],
  })
  return made
}

/** Returns every row as a line, in order: equal for stores that hold the same. */
export async function dumpOf(store: Store): Promise<string[]> {
  const lines: string[] = []
  for await (const rows of store.dump()) lines.push(...rows.map((row) => JSON.stringify(row)))
  return lines.sort()
}
