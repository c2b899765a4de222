import { ShardlessError } from '../core/index.ts'
import { type Ban, ROLES } from './record/account.ts'
import type { CharacterState, Checkpoint } from './record/character.ts'
import type { DistrictSave, EntityFence, EntityRow, Fence } from './record/district.ts'
import type { Holder, Item, ItemChange } from './record/item.ts'
import type { InputOf, RequestName } from './record/request.ts'

/** The most that every store takes. Check what players typed before passing it on. */
export const BOUNDS = {
  idLength: 64,
  nameLength: 128,
  hashLength: 512,
  reasonLength: 500,
  pageLength: 1000,
  positionLength: 8,
  stateBytes: 65_536,
  dataBytes: 4096,
  secretBytes: 1024,
  checkpoints: 10_000,
  entities: 100_000,
  changes: 100,
} as const

const check = {
  id(what: string, value: string): void {
    if (typeof value !== 'string' || !/^[A-Za-z0-9._:-]{1,64}$/.test(value)) {
      refuse(what, `${shown(value)}; an id is 1 to ${BOUNDS.idLength} characters of A-Z a-z 0-9 . _ : -`)
    }
  },
  text(what: string, value: string, { least = 1, most }: { least?: number; most: number }): void {
    if (typeof value !== 'string' || value.length < least || value.length > most) {
      refuse(what, `${shown(value)}; it is a text of ${least} to ${most} UTF-16 units`)
    }
    if (!value.isWellFormed() || value.includes('\0')) {
      refuse(what, `${shown(value)}; a text here has no NUL and no half of a surrogate pair`)
    }
  },
  bytes(what: string, value: Uint8Array, { least = 0, most }: { least?: number; most: number }): void {
    if (!(value instanceof Uint8Array) || value.length < least || value.length > most) {
      refuse(
        what,
        `${value instanceof Uint8Array ? `${value.length} bytes` : typeof value}; it is ${least} to ${most} bytes`,
      )
    }
  },
  integer(what: string, value: number, { least, most }: { least: number; most: number }): void {
    if (!Number.isSafeInteger(value) || value < least || value > most) {
      refuse(what, `${shown(value)}; it is a whole number from ${least} to ${most}`)
    }
  },
  time(what: string, value: number): void {
    check.integer(what, value, { least: 0, most: Number.MAX_SAFE_INTEGER })
  },
  epoch(what: string, value: number): void {
    check.integer(what, value, { least: 0, most: Number.MAX_SAFE_INTEGER })
  },
  role(what: string, value: string): void {
    if (!(ROLES as readonly string[]).includes(value))
      refuse(what, `${shown(value)}; it is one of ${ROLES.join(', ')}`)
  },
  hash(what: string, value: string | undefined): void {
    if (value !== undefined) check.text(what, value, { most: BOUNDS.hashLength })
  },
  ban(what: string, { until, reason, at }: Ban): void {
    if (until !== undefined) check.time(`${what}.until`, until)
    check.text(`${what}.reason`, reason, { least: 0, most: BOUNDS.reasonLength })
    check.time(`${what}.at`, at)
  },
  names({ name, nameKey }: { name: string; nameKey: string }): void {
    check.text('name', name, { most: BOUNDS.nameLength })
    check.text('nameKey', nameKey, { most: BOUNDS.nameLength })
  },
  state({ map, position, state }: CharacterState): void {
    check.text('map', map, { least: 0, most: BOUNDS.idLength })
    if (
      !Array.isArray(position) ||
      position.length > BOUNDS.positionLength ||
      !position.every(Number.isFinite)
    ) {
      refuse('position', `${shown(position)}; it is at most ${BOUNDS.positionLength} finite numbers`)
    }
    check.bytes('state', state, { most: BOUNDS.stateBytes })
  },
  checkpoint(checkpoint: Checkpoint): void {
    check.id('checkpoint.id', checkpoint.id)
    check.epoch('checkpoint.epoch', checkpoint.epoch)
    check.time('checkpoint.at', checkpoint.at)
    check.state(checkpoint)
  },
  holder(what: string, holder: Holder): void {
    if ('character' in holder) check.id(`${what}.character`, holder.character)
    else check.text(`${what}.place`, holder.place, { most: BOUNDS.nameLength })
  },
  item({ id, kind, quantity, data, holder }: Item): void {
    check.id('item.id', id)
    check.text('item.kind', kind, { most: BOUNDS.idLength })
    check.integer('item.quantity', quantity, { least: 1, most: Number.MAX_SAFE_INTEGER })
    check.bytes('item.data', data, { most: BOUNDS.dataBytes })
    check.holder('item.holder', holder)
  },
  change(change: ItemChange): void {
    if (change.do === 'mint') {
      check.item(change.item)
      return
    }
    check.id('change.id', change.id)
    check.holder('change.from', change.from)
    if (change.do === 'move' || change.do === 'split') check.holder('change.to', change.to)
    if (change.do === 'split' || change.do === 'merge') check.id('change.into', change.into)
    if (change.do === 'rewrite') check.bytes('change.data', change.data, { most: BOUNDS.dataBytes })
    if (change.do === 'split') {
      check.integer('change.quantity', change.quantity, { least: 1, most: Number.MAX_SAFE_INTEGER })
    }
  },
  fence({ district, epoch, holder }: Fence): void {
    check.integer('fence.district', district, { least: 0, most: Number.MAX_SAFE_INTEGER })
    check.integer('fence.epoch', epoch, { least: 1, most: Number.MAX_SAFE_INTEGER })
    check.id('fence.holder', holder)
  },
  hop(entity: number, hop: number): void {
    check.integer('entity', entity, { least: 0, most: Number.MAX_SAFE_INTEGER })
    check.integer('hop', hop, { least: 0, most: Number.MAX_SAFE_INTEGER })
  },
  entityFence(fence: EntityFence): void {
    check.fence(fence)
    check.hop(fence.entity, fence.hop)
  },
  entityRow({ entity, hop, state }: EntityRow): void {
    check.hop(entity, hop)
    check.bytes('state', state, { most: BOUNDS.stateBytes })
  },
  districtSave({ fence, rows, gone }: DistrictSave): void {
    check.fence(fence)
    check.count('rows', rows, { most: BOUNDS.entities })
    for (const row of rows) check.entityRow(row)
    check.count('gone', gone, { most: BOUNDS.entities })
    for (const { entity, hop } of gone) check.hop(entity, hop)
  },
  count(
    what: string,
    things: readonly unknown[],
    { least = 0, most }: { least?: number; most: number },
  ): void {
    if (!Array.isArray(things) || things.length < least || things.length > most) {
      refuse(what, `${things.length} long; it has ${least} to ${most}`)
    }
  },
}

/** Checks the argument of each request. Each throws `store/bad-value` with the first thing that is wrong. */
export const CHECKS: { readonly [Name in RequestName]: (input: InputOf<Name>) => void } = {
  'accounts.create'(account) {
    check.id('id', account.id)
    check.names(account)
    check.hash('passwordHash', account.passwordHash)
    check.role('role', account.role)
    check.time('at', account.at)
  },
  'accounts.find': (id) => check.id('id', id),
  'accounts.findByKey': (key) => check.text('nameKey', key, { most: BOUNDS.nameLength }),
  'accounts.list'({ limit, after, prefix, role, bannedAt }) {
    check.integer('limit', limit, { least: 1, most: BOUNDS.pageLength })
    if (after !== undefined) check.text('after', after, { most: BOUNDS.nameLength })
    if (prefix !== undefined) check.text('prefix', prefix, { least: 0, most: BOUNDS.nameLength })
    if (role !== undefined) check.role('role', role)
    if (bannedAt !== undefined) check.time('bannedAt', bannedAt)
  },
  'accounts.count': () => {},
  'accounts.rename'(change) {
    check.id('id', change.id)
    check.names(change)
  },
  'accounts.setPassword'({ id, passwordHash }) {
    check.id('id', id)
    check.hash('passwordHash', passwordHash)
  },
  'accounts.setRole'({ id, role }) {
    check.id('id', id)
    check.role('role', role)
  },
  'accounts.ban'({ id, ban }) {
    check.id('id', id)
    check.ban('ban', ban)
  },
  'accounts.unban': (id) => check.id('id', id),
  'accounts.revoke': (id) => check.id('id', id),
  'accounts.recordLogin'({ id, at }) {
    check.id('id', id)
    check.time('at', at)
  },
  'accounts.delete': (id) => check.id('id', id),
  'characters.create'(character) {
    check.id('id', character.id)
    check.id('accountId', character.accountId)
    check.names(character)
    check.state(character)
    check.time('at', character.at)
    check.integer('perAccountMax', character.perAccountMax, { least: 1, most: 1000 })
  },
  'characters.find': (id) => check.id('id', id),
  'characters.findByKey': (key) => check.text('nameKey', key, { most: BOUNDS.nameLength }),
  'characters.list': (accountId) => check.id('accountId', accountId),
  'characters.delete': (id) => check.id('id', id),
  'characters.enter'({ id, server }) {
    check.id('id', id)
    check.id('server', server)
  },
  'characters.checkpoint'(checkpoints) {
    check.count('checkpoints', checkpoints, { most: BOUNDS.checkpoints })
    for (const checkpoint of checkpoints) check.checkpoint(checkpoint)
  },
  'characters.leave': (checkpoint) => check.checkpoint(checkpoint),
  'characters.release'({ id, epoch }) {
    check.id('id', id)
    check.epoch('epoch', epoch)
  },
  'characters.releaseServer': (server) => check.id('server', server),
  'characters.heldBy': (server) => check.id('server', server),
  'items.find': (id) => check.id('id', id),
  'items.list': (holder) => check.holder('holder', holder),
  'items.apply'({ id, at, changes, fences = [], leases = [], checkpoints = [] }) {
    check.count('fences', fences, { most: BOUNDS.changes })
    for (const fence of fences) check.entityFence(fence)
    check.id('id', id)
    check.time('at', at)
    check.count('changes', changes, { least: 1, most: BOUNDS.changes })
    for (const change of changes) check.change(change)
    check.count('leases', leases, { most: BOUNDS.changes })
    for (const lease of leases) {
      check.id('lease.id', lease.id)
      check.epoch('lease.epoch', lease.epoch)
    }
    check.count('checkpoints', checkpoints, { most: BOUNDS.changes })
    for (const checkpoint of checkpoints) check.checkpoint(checkpoint)
  },
  'items.census': () => {},
  'items.forget': (before) => check.time('before', before),
  'keys.add'({ id, purpose, secret, createdAt, expiresAt }) {
    check.id('id', id)
    check.text('purpose', purpose, { most: BOUNDS.idLength })
    check.bytes('secret', secret, { least: 1, most: BOUNDS.secretBytes })
    check.time('createdAt', createdAt)
    check.time('expiresAt', expiresAt)
  },
  'keys.list': (purpose) => check.text('purpose', purpose, { most: BOUNDS.idLength }),
  'keys.remove': (id) => check.id('id', id),
  'addressBans.set'(ban) {
    check.text('address', ban.address, { most: BOUNDS.idLength })
    check.ban('ban', ban)
  },
  'addressBans.find': (address) => check.text('address', address, { most: BOUNDS.idLength }),
  'addressBans.list': () => {},
  'addressBans.lift': (address) => check.text('address', address, { most: BOUNDS.idLength }),
  'districts.claim': (fence) => check.fence(fence),
  'districts.pass'(passes) {
    check.count('passes', passes, { most: BOUNDS.checkpoints })
    for (const pass of passes) {
      check.entityRow(pass)
      check.fence(pass.from)
      check.integer('pass.to', pass.to, { least: 0, most: Number.MAX_SAFE_INTEGER })
    }
  },
  'districts.save'(saves) {
    check.count('saves', saves, { most: BOUNDS.checkpoints })
    for (const save of saves) check.districtSave(save)
  },
  'districts.rows': (fence) => check.fence(fence),
  'districts.move'({ last, to }) {
    check.districtSave(last)
    check.id('to', to)
  },
  'districts.holders': () => {},
  'districts.reserveIds': (count) => check.integer('count', count, { least: 1, most: 1_000_000 }),
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? String(value)).slice(0, 100)
}

function refuse(what: string, isAndShould: string): never {
  throw new ShardlessError(
    'store/bad-value',
    `${what} is ${isAndShould}. Check it before it is given to the store.`,
  )
}
