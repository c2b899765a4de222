import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Role } from '../store/index.ts'
import { desk } from './accounts.suite.ts'
import type { Accounts, Login } from './accounts.ts'
import type { AccountAnswer } from './answer.ts'
import { createPasswords } from './password/password.node.ts'
import { type Deed, may, type RoleBearer } from './role.ts'

const NOW = 1_700_000_000_000
const HOUR = 3_600_000
const address = '203.0.113.1'
const ada = { name: 'Ada', password: 'correct horse', address }
const operator: RoleBearer = { is: 'operator' }

function done<Result extends object>(answer: AccountAnswer<Result>): Result {
  assert.equal(answer.is, 'done', JSON.stringify(answer))
  return answer as unknown as Result
}
const code = (answer: AccountAnswer<object>): string => (answer.is === 'refused' ? answer.code : 'done')
const isIn = async (accounts: Accounts, { token }: Login, now = NOW): Promise<boolean> =>
  (await accounts.check(token, now)).is === 'done'

describe('[A3] a name that looks like another', () => {
  test('under another key is taken too, an account’s as a character’s, and each logs in under its own', async () => {
    const { accounts, roster } = desk()
    const paul = done(await accounts.register({ ...ada, name: 'Paul' }, NOW))
    assert.equal(code(await accounts.register({ ...ada, name: 'PauI' }, NOW)), 'name-taken')
    done(await accounts.register({ ...ada, name: 'AII' }, NOW))
    assert.equal(code(await accounts.register({ ...ada, name: 'All' }, NOW)), 'name-taken')
    assert.equal(code(await accounts.register({ ...ada, name: 'Ali' }, NOW)), 'done')
    assert.equal(code(await accounts.register({ ...ada, name: 'Mai' }, NOW)), 'done')
    assert.equal(code(await accounts.register({ ...ada, name: 'Mal' }, NOW)), 'done')
    assert.equal(code(await accounts.register({ ...ada, name: 'ΗΑΝΝΑ' }, NOW)), 'done')
    assert.equal(code(await accounts.register({ ...ada, name: 'Hanna' }, NOW)), 'name-taken')
    assert.equal(done(await accounts.login({ ...ada, name: 'paul' }, NOW)).account.id, paul.account.id)
    const { token } = paul
    done(await roster.create({ token, name: 'Vivi' }, NOW))
    assert.equal(code(await roster.create({ token, name: 'νινι' }, NOW)), 'name-taken')
    done(await roster.create({ token, name: 'Nini' }, NOW))
  })

  test('is given to one of those who want names that look alike at the same moment', async () => {
    const { accounts, roster } = desk()
    const wanted = ['Paul', 'PauI', 'Paul', 'PauI'].map((name) => accounts.register({ ...ada, name }, NOW))
    const got = await Promise.all(wanted)
    assert.deepEqual(got.map(code).sort(), ['done', 'name-taken', 'name-taken', 'name-taken'])
    const { token } = done(await accounts.register({ ...ada, name: 'Bob' }, NOW))
    const made = await Promise.all(['Vivi', 'νινι'].map((name) => roster.create({ token, name }, NOW)))
    assert.deepEqual(made.map(code).sort(), ['done', 'name-taken'])
    // A name that was refused for another reason holds nobody up.
    assert.equal(code(await accounts.register({ ...ada, name: 'Eve' }, NOW)), 'done')
  })
})

describe('[A4] a reserved name', () => {
  test('is for nobody but whom the operator makes, in no spelling that looks like it', async () => {
    const { accounts, roster, steward } = desk({ hasGuests: true, reservedNames: ['Admin', 'Paul'] })
    for (const name of ['Admin', 'ADMIN', 'ᴀᴅᴍɪɴ', 'Ad mın'.replace(' ', '')])
      assert.equal(code(await accounts.register({ ...ada, name }, NOW)), 'name', name)
    assert.equal(code(await accounts.register({ ...ada, name: 'PauI' }, NOW)), 'name')
    assert.equal(code(await accounts.register({ ...ada, name: 'Administrator' }, NOW)), 'done')
    const { token } = done(await accounts.guest(address, NOW))
    assert.equal(code(await accounts.registerGuest({ ...ada, token, name: 'admin' }, NOW)), 'name')
    assert.equal(code(await roster.create({ token, name: 'Admin' }, NOW)), 'name')
    done(await steward.create({ name: 'Admin', password: 'correct horse', role: 'owner' }, NOW))
    const owner = done(await accounts.login({ ...ada, name: 'Admin' }, NOW))
    done(await roster.create({ token: owner.token, name: 'Admin' }, NOW))
    assert.equal(code(await roster.create({ token: owner.token, name: 'Paul' }, NOW)), 'name')
  })
})

describe('[A12] registering and logging in', () => {
  test('who registers is logged in, and can log in again by any spelling of the name', async () => {
    const { accounts } = desk()
    const login = done(await accounts.register(ada, NOW))
    assert.deepEqual({ ...login.account, id: '' }, { id: '', name: 'Ada', role: 'player', isGuest: false })
    assert.equal(login.expiresAt, NOW + 12 * HOUR)
    assert.ok(await isIn(accounts, login))
    const again = done(await accounts.login({ ...ada, name: ' aDA' }, NOW))
    assert.equal(again.account.id, login.account.id)
  })

  test('a name is taken once, by whoever was first, and so is what looks like it', async () => {
    const { accounts } = desk()
    const both = await Promise.all([accounts.register(ada, NOW), accounts.register(ada, NOW)])
    assert.deepEqual(both.map(code).sort(), ['done', 'name-taken'])
    assert.equal(code(await accounts.register({ ...ada, name: 'ADA' }, NOW)), 'name-taken')
    done(await accounts.register({ ...ada, name: 'coco' }, NOW))
    assert.equal(code(await accounts.register({ ...ada, name: 'сосо' }, NOW)), 'name-taken')
    assert.equal(code(await accounts.register({ ...ada, name: 'a' }, NOW)), 'name')
    assert.equal(code(await accounts.register({ ...ada, name: 'Bob', password: 'short' }, NOW)), 'password')
  })

  test('a wrong password and an unknown name get the same answer', async () => {
    const { accounts } = desk()
    done(await accounts.register(ada, NOW))
    const wrong = await accounts.login({ ...ada, password: 'wrong horse' }, NOW)
    for (const name of ['Bob', 'Ada2', '', 'x'.repeat(1000), '\ud800', 'guest:1'])
      assert.deepEqual(await accounts.login({ ...ada, name }, NOW), wrong, name.slice(0, 10))
    assert.equal(code(wrong), 'wrong')
  })

  test('a server may take no new accounts, and takes guests only where it says so', async () => {
    const { accounts } = desk({ hasRegistration: false })
    assert.equal(code(await accounts.register(ada, NOW)), 'closed')
    assert.equal(code(await accounts.guest(address, NOW)), 'closed')
    const open = desk({ hasGuests: true }).accounts
    const guest = done(await open.guest(address, NOW))
    assert.equal(guest.account.isGuest, true)
    assert.ok(await isIn(open, guest))
    assert.equal(code(await open.login({ ...ada, name: guest.account.name, password: '' }, NOW)), 'wrong')
  })

  test('a guest who registers keeps the account and its characters, and needs no other password before', async () => {
    const { accounts, roster } = desk({ hasGuests: true })
    done(await accounts.register({ ...ada, name: 'Bob' }, NOW))
    const guest = done(await accounts.guest(address, NOW))
    const { token } = guest
    done(await roster.create({ token, name: 'Byron' }, NOW))
    assert.equal(
      code(await accounts.changePassword({ token, old: '', fresh: 'correct horse', address }, NOW)),
      'forbidden',
    )
    assert.equal(code(await accounts.registerGuest({ ...ada, token, name: 'BOB' }, NOW)), 'name-taken')
    assert.equal(code(await accounts.registerGuest({ ...ada, token, name: '!' }, NOW)), 'name')
    assert.equal(code(await accounts.registerGuest({ ...ada, token, password: 'short' }, NOW)), 'password')
    const registered = done(await accounts.registerGuest({ ...ada, token }, NOW))
    assert.deepEqual(registered.account, {
      id: guest.account.id,
      name: 'Ada',
      role: 'player',
      isGuest: false,
    })
    assert.ok(!(await isIn(accounts, guest)), 'what a guest was given ends')
    const login = done(await accounts.login(ada, NOW))
    assert.equal(done(await roster.list(login.token, NOW)).characters.length, 1)
    assert.equal(code(await accounts.registerGuest({ ...ada, token: login.token }, NOW)), 'forbidden')
  })

  test('a password hashed at a lower cost is hashed anew when it is next used', async () => {
    const { accounts, store } = desk()
    const { account } = done(await accounts.register(ada, NOW))
    const dearer = desk({ store, passwords: createPasswords({ cost: { memory: 16, passes: 1, lanes: 1 } }) })
    done(await dearer.accounts.login(ada, NOW))
    assert.match((await store.accounts.find(account.id))?.passwordHash ?? '', /m=16,/)
    done(await dearer.accounts.login(ada, NOW))
  })
})

describe('[A13] too many tries', () => {
  test('the eleventh waits, with the seconds it has to, also with the right password; then it may', async () => {
    const { accounts } = desk()
    done(await accounts.register(ada, NOW))
    const wrong = { ...ada, password: 'wrong horse' }
    for (let i = 0; i < 10; i++) assert.equal(code(await accounts.login(wrong, NOW)), 'wrong')
    assert.deepEqual(await accounts.login(ada, NOW), {
      is: 'refused',
      code: 'wait',
      reason: 'Too many tries; wait 1 second.',
      waitSeconds: 1,
    })
    done(await accounts.login(ada, NOW + 1000))
  })

  test('new accounts and guests of one address wait after ten', async () => {
    const { accounts } = desk({ hasGuests: true })
    for (let i = 0; i < 5; i++) {
      done(await accounts.register({ ...ada, name: `Ada${i}` }, NOW))
      done(await accounts.guest(address, NOW))
    }
    const stopped = await accounts.register({ ...ada, name: 'Another' }, NOW)
    assert.equal(stopped.is === 'refused' && stopped.waitSeconds, 60)
    done(await accounts.register({ ...ada, name: 'Another', address: '203.0.113.2' }, NOW))
  })

  test('a server that is too busy to hash says so, and counts nothing', async () => {
    const { accounts, store } = desk()
    done(await accounts.register(ada, NOW))
    const passwords = {
      hash: async () => ({ is: 'busy' as const }),
      verify: async () => ({ is: 'busy' as const }),
    }
    const busy = desk({ store, passwords }).accounts
    for (let i = 0; i < 30; i++) {
      const answer = await busy.login(ada, NOW)
      assert.ok(answer.is === 'refused' && answer.code === 'busy' && answer.waitSeconds === 1)
    }
    assert.equal(code(await busy.register({ ...ada, name: 'Bob' }, NOW)), 'busy')
  })
})

describe('[A24] a session', () => {
  test('ends when its token expires, and is renewed before', async () => {
    const { accounts } = desk()
    const login = done(await accounts.register(ada, NOW))
    assert.ok(await isIn(accounts, login, NOW + 12 * HOUR - 1))
    assert.ok(!(await isIn(accounts, login, NOW + 12 * HOUR)))
    const renewed = done(await accounts.renew(login.token, NOW + 11 * HOUR))
    assert.ok(await isIn(accounts, renewed, NOW + 12 * HOUR))
    assert.equal(code(await accounts.renew('nonsense', NOW)), 'token')
  })

  test('ends when another changes the password; the one that did goes on', async () => {
    const { accounts } = desk()
    const first = done(await accounts.register(ada, NOW))
    const second = done(await accounts.login(ada, NOW))
    const change = { token: second.token, old: ada.password, fresh: 'battery staple', address }
    assert.equal(code(await accounts.changePassword({ ...change, old: 'wrong horse' }, NOW)), 'wrong')
    assert.equal(code(await accounts.changePassword({ ...change, fresh: 'short' }, NOW)), 'password')
    assert.ok(await isIn(accounts, first))
    const fresh = done(await accounts.changePassword(change, NOW))
    assert.deepEqual(await Promise.all([first, second, fresh].map((one) => isIn(accounts, one))), [
      false,
      false,
      true,
    ])
    assert.equal(code(await accounts.login(ada, NOW)), 'wrong')
    done(await accounts.login({ ...ada, password: 'battery staple' }, NOW))
  })

  test('ends when all are ended, when the account is deleted, and when the operator gives a new password', async () => {
    const { accounts, store, steward } = desk()
    const first = done(await accounts.register(ada, NOW))
    done(await accounts.endSessions(first.token, NOW))
    assert.ok(!(await isIn(accounts, first)))
    const second = done(await accounts.login(ada, NOW))
    done(await steward.resetPassword({ name: 'ADA', password: 'battery staple' }))
    assert.ok(!(await isIn(accounts, second)))
    const third = done(await accounts.login({ ...ada, password: 'battery staple' }, NOW))
    const leaving = { token: third.token, password: 'battery staple', address }
    assert.equal(code(await accounts.delete({ ...leaving, password: 'wrong horse' }, NOW)), 'wrong')
    done(await accounts.delete(leaving, NOW))
    assert.ok(!(await isIn(accounts, third)))
    assert.equal(await store.accounts.count(), 0)
    assert.equal(
      code(await steward.resetPassword({ name: 'Ada', password: 'battery staple' })),
      'no-such-account',
    )
  })

  test('of another world is none here', async () => {
    const { accounts, store } = desk()
    const login = done(await accounts.register(ada, NOW))
    assert.ok(!(await isIn(desk({ store, audience: 'city' }).accounts, login)))
    assert.ok(await isIn(desk({ store }).accounts, login), 'but another server of this world knows it')
    assert.throws(() => desk({ audience: '' }), { code: 'account/bad-options' })
  })
})

describe('[A32] a ban', () => {
  test('ends every session, says why and how long, and is over when its time is', async () => {
    const { accounts, steward } = desk()
    const login = done(await accounts.register(ada, NOW))
    done(await steward.ban(operator, { name: 'ada', until: NOW + 90 * 60_000, reason: 'Spam' }, NOW))
    assert.ok(!(await isIn(accounts, login)))
    assert.deepEqual(await accounts.login(ada, NOW), {
      is: 'refused',
      code: 'banned',
      reason: 'You are banned for 90 minutes more: Spam',
      until: NOW + 90 * 60_000,
    })
    assert.equal(
      code(await accounts.login({ ...ada, password: 'wrong horse' }, NOW)),
      'wrong',
      'strangers are not told',
    )
    done(await accounts.login(ada, NOW + 90 * 60_000))
    done(await steward.ban(operator, { name: 'ada', until: undefined, reason: '' }, NOW))
    const forGood = await accounts.login(ada, NOW + 1e12)
    assert.equal(forGood.is === 'refused' && forGood.reason, 'You are banned for good.')
    done(await steward.unban(operator, 'Ada'))
    done(await accounts.login(ada, NOW))
  })

  test('of an address, or its /64, keeps everyone there out', async () => {
    const { accounts, store } = desk({ hasGuests: true })
    const at = { until: NOW + 1000, reason: 'Flood', at: NOW }
    await store.addressBans.set({ address, ...at })
    await store.addressBans.set({ address: '2001:db8:0:0::/64', ...at })
    for (const from of [address, '2001:db8::77']) {
      assert.equal(code(await accounts.register({ ...ada, address: from }, NOW)), 'banned')
      assert.equal(code(await accounts.login({ ...ada, address: from }, NOW)), 'banned')
      assert.equal(code(await accounts.guest(from, NOW)), 'banned')
    }
    done(await accounts.register({ ...ada, address: '203.0.113.2' }, NOW))
    done(await accounts.login(ada, NOW + 1000))
  })
})

describe('[A30] roles', () => {
  const as = (id: string, role: Role): RoleBearer => ({ is: 'account', id, role })

  test('who may do what to whom', () => {
    const allowed = (role: Role, deed: Deed): string =>
      (['player', 'staff', 'owner'] as const)
        .filter((target) => may(as('a', role), deed, { id: 'b', role: target }))
        .join(' ')
    const table = (['player', 'staff', 'owner'] as const).map((role) => [
      allowed(role, 'ban'),
      allowed(role, 'set role'),
    ])
    assert.deepEqual(table, [
      ['', ''],
      ['player', ''],
      ['player staff', 'player staff'],
    ])
    assert.ok(!may(as('a', 'owner'), 'ban', { id: 'a', role: 'owner' }))
    assert.ok(may(as('a', 'player'), 'delete', { id: 'a', role: 'player' }))
    assert.ok(may(operator, 'set role', { id: 'a', role: 'owner' }))
  })

  test('a role holds at once, also under a token that was given before', async () => {
    const { accounts, steward } = desk()
    const login = done(await accounts.register(ada, NOW))
    done(await accounts.register({ ...ada, name: 'Bob' }, NOW))
    const actor = async () => done(await accounts.actor(login.token, NOW)).actor
    const ban = { name: 'Bob', until: undefined, reason: '' }
    assert.equal(code(await steward.ban(await actor(), ban, NOW)), 'forbidden')
    assert.equal(
      code(await steward.ban(await actor(), { ...ban, name: 'Nobody' }, NOW)),
      'forbidden',
      'and no name is told',
    )
    done(await steward.setRole(operator, { name: 'Ada', role: 'staff' }))
    done(await steward.ban(await actor(), ban, NOW))
    assert.equal(code(await steward.setRole(await actor(), { name: 'Bob', role: 'staff' })), 'forbidden')
    assert.equal(code(await steward.ban(await actor(), { ...ban, name: 'Ada' }, NOW)), 'forbidden')
    assert.equal(code(await steward.ban(await actor(), { ...ban, name: 'Nobody' }, NOW)), 'no-such-account')
  })
})

describe('[A31] the owner’s code', () => {
  test('is given once, on the first start, and makes an owner of the first who says it', async () => {
    const { accounts, store } = desk()
    const owner = await accounts.ownerCode.begin(NOW)
    assert.match(owner ?? '', /^[a-z2-9]{5}(-[a-z2-9]{5}){3}$/)
    assert.equal(await accounts.ownerCode.begin(NOW), undefined)
    const secret = (await store.keys.list('owner-code'))[0].secret
    assert.ok(!new TextDecoder().decode(secret).includes(owner!.replaceAll('-', '')), 'kept as a hash')
    const [one, other] = [
      done(await accounts.register(ada, NOW)),
      done(await accounts.register({ ...ada, name: 'Bob' }, NOW)),
    ]
    assert.equal(await accounts.ownerCode.claim(one.account.id, 'aaaaa-aaaaa-aaaaa-aaaaa'), false)
    const claims = await Promise.all(
      [one, other].map(({ account }) => accounts.ownerCode.claim(account.id, ` ${owner!.toUpperCase()} `)),
    )
    assert.deepEqual(claims.filter(Boolean).length, 1)
    assert.equal((await store.accounts.list({ limit: 10, role: 'owner' })).accounts.length, 1)
    assert.equal(await accounts.ownerCode.begin(NOW), undefined)
  })
})

describe('[A40] characters', () => {
  test('an account has several, up to the limit, with names of their own', async () => {
    const { accounts, roster } = desk()
    const { token } = done(await accounts.register(ada, NOW))
    for (const [i, name] of ['Ada', 'Byron', 'Clio'].entries())
      done(await roster.create({ token, name }, NOW + i))
    assert.equal(code(await roster.create({ token, name: 'Dora' }, NOW)), 'too-many-characters')
    const { characters } = done(await roster.list(token, NOW))
    assert.deepEqual(
      characters.map(({ name }) => name),
      ['Ada', 'Byron', 'Clio'],
    )
    done(await roster.delete({ token, character: characters[1].id }, NOW))
    assert.equal(code(await roster.create({ token, name: 'CLIO' }, NOW)), 'name-taken')
    assert.equal(code(await roster.create({ token, name: '!' }, NOW)), 'name')
    assert.equal(code(await roster.create({ token: 'x', name: 'Dora' }, NOW)), 'token')
  })

  test('one is in the world at a time; choosing again takes over and says whom to tell', async () => {
    const { accounts, roster, store, steward } = desk()
    const { token } = done(await accounts.register(ada, NOW))
    const one = done(await roster.create({ token, name: 'Byron' }, NOW)).character.id
    const two = done(await roster.create({ token, name: 'Clio' }, NOW)).character.id
    const first = done(await roster.choose({ token, character: one, server: 's1' }, NOW))
    assert.deepEqual(first.displaced, [])
    const again = done(await roster.choose({ token, character: one, server: 's2' }, NOW))
    assert.deepEqual(again.displaced, [{ server: 's1', epoch: first.character.lease?.epoch, character: one }])
    const other = done(await roster.choose({ token, character: two, server: 's2' }, NOW))
    assert.deepEqual(
      other.displaced.map(({ character }) => character),
      [one],
    )
    assert.equal(code(await roster.delete({ token, character: two }, NOW)), 'in-world')
    const banned = done(await steward.ban(operator, { name: 'Ada', until: undefined, reason: '' }, NOW))
    assert.deepEqual(
      banned.inWorld.map(({ character, server }) => [character, server]),
      [[two, 's2']],
    )
    assert.equal(code(await roster.choose({ token, character: one, server: 's2' }, NOW)), 'token')
    assert.equal((await store.characters.find(two))?.lease?.server, 's2', 'until its server lets it go')
  })

  test('of somebody else are as if they were not', async () => {
    const { accounts, roster } = desk()
    const { token } = done(await accounts.register(ada, NOW))
    const bob = done(await accounts.register({ ...ada, name: 'Bob' }, NOW)).token
    const character = done(await roster.create({ token, name: 'Byron' }, NOW)).character.id
    for (const id of [character, 'nothing', '', '../x', 'x'.repeat(1000)]) {
      assert.equal(
        code(await roster.choose({ token: bob, character: id, server: 's1' }, NOW)),
        'no-such-character',
      )
      assert.equal(code(await roster.delete({ token: bob, character: id }, NOW)), 'no-such-character')
    }
  })
})
