/** `shardless account`, as an operator uses it. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { openAccounts } from 'shardless/account/node'
import { openStore } from 'shardless/store/node'

const root = fileURLToPath(new URL('../..', import.meta.url))

function desk(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'accounts-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'world.db')
  const run = (args: string[], input = ''): Promise<{ code: number | null; out: string; err: string }> => {
    const child = spawn(
      process.execPath,
      ['-C', 'shardless-source', 'src/cli/main.node.ts', 'account', ...args, '--store', file],
      { cwd: root },
    )
    let [out, err] = ['', '']
    child.stdout.on('data', (part) => {
      out += part
    })
    child.stderr.on('data', (part) => {
      err += part
    })
    child.stdin.on('error', () => {})
    child.stdin.end(input)
    return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err: err.trim() })))
  }
  return { file, run }
}

test('[A33] an operator makes, bans, promotes and mends accounts while a server uses the store', async (t) => {
  const { file, run } = desk(t)
  const store = await openStore(file)
  t.after(() => store.close())
  const { accounts } = openAccounts({ store, audience: 'town' })
  const ada = { name: 'Ada', password: 'correct horse', address: '203.0.113.1' }
  assert.deepEqual(await run(['create', 'Ada', 'owner'], 'correct horse\n'), {
    code: 0,
    out: 'Ada is registered.\n',
    err: '',
  })
  const login = await accounts.login(ada, Date.now())
  assert.ok(login.is === 'done' && login.account.role === 'owner')
  const banned = await run(['ban', 'ada', '--reason', 'Spam', '--hours', '24'])
  assert.match(banned.out, /^ada is banned until \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\.\n$/)
  const refused = await accounts.login(ada, Date.now())
  assert.equal(refused.is === 'refused' && refused.reason, 'You are banned for 24 hours more: Spam')
  assert.equal((await accounts.check(login.token, Date.now())).is, 'refused')
  const listed = await run(['list'])
  assert.match(listed.out, /^name .*\nAda +owner +\S+Z +\S+Z +until \S+Z: Spam\n$/)
  assert.equal((await run(['unban', 'Ada'])).code, 0)
  assert.equal((await run(['role', 'Ada', 'player'])).out, 'Ada is player now.\n')
  assert.equal((await run(['password', 'Ada'], 'battery staple')).code, 0)
  assert.equal((await accounts.login(ada, Date.now())).is, 'refused')
  const again = await accounts.login({ ...ada, password: 'battery staple' }, Date.now())
  assert.ok(again.is === 'done' && again.account.role === 'player')
})

test('[A33] what cannot be done is one sentence, with exit code 1', async (t) => {
  const { file, run } = desk(t)
  await (await openStore(file)).close()
  const cases: [string[], RegExp, string?][] = [
    [['dance'], /^"dance" is nothing to do with accounts; it is one of list, create, ban/],
    [['ban'], /^Whom\? shardless account ban NAME$/],
    [['ban', 'Nobody'], /^There is no account of that name\.$/],
    [['role', 'Ada', 'king'], /^"king" is no role; it is one of player, staff, owner\.$/],
    [['role', 'Ada'], /^Which role is Ada to have\? player, staff, owner$/],
    [['create', 'Ada'], /^No password came; type it, or pipe it in as one line\.$/],
    [['create', 'Ada'], /^A password has 8 to 1024 bytes\.$/, 'short\n'],
    [['create', 'a'], /^A name has 3 to 24 characters/, 'correct horse\n'],
    [['ban', 'Ada', '--hours', '0'], /^--hours is "0"; it wants a number from 0\.001/],
  ]
  await Promise.all(
    cases.map(async ([args, sentence, input]) => {
      const { code, out, err } = await run(args, input)
      assert.equal(code, 1, args.join(' '))
      assert.match(err, sentence)
      assert.equal(err.split('\n').length, 1, err)
      assert.equal(out, '')
    }),
  )
})

test('[A33] a store that is not there is named, and not made: but by create, for a world that is to come', async (t) => {
  const { file, run } = desk(t)
  for (const deed of [
    ['list'],
    ['ban', 'Ada'],
    ['unban', 'Ada'],
    ['role', 'Ada', 'staff'],
    ['password', 'Ada'],
  ])
    assert.deepEqual(await run(deed), {
      code: 1,
      out: '',
      err: `There is no store at ${file}; --store names the one that the server uses.`,
    })
  assert.equal(existsSync(file), false)
  assert.equal((await run(['create', 'Ada'], 'correct horse\n')).code, 0)
  assert.equal(existsSync(file), true)
})
