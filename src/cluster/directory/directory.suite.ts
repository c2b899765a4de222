import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ClusterMember, type Directory, MEMBER_TTL_MS } from './directory.ts'

/** One implementation of the directory, as the suite drives it. */
export interface DirectoryStage {
  /** Opens it as one more process does. */
  open(): Promise<Directory>
  pass(ms: number): Promise<void>
  until(isSo: () => Promise<boolean>): Promise<void>
  close(): Promise<void>
}

export interface DirectoryUnderTest {
  readonly name: string
  stage(): Promise<DirectoryStage>
}

export const memberOf = (name: string): ClusterMember => ({
  ...{
    name,
    role: 'region',
    address: `tcp://${name}`,
    isDraining: false,
    followers: [],
    load: [],
    tickShare: 0,
  },
})

/** Tests what every directory does for the processes that ask it. */
export function directorySuite(under: DirectoryUnderTest): void {
  const rule = (title: string, play: (stage: DirectoryStage) => Promise<void>): void => {
    test(`${title} (${under.name})`, async () => {
      const stage = await under.stage()
      try {
        await play(stage)
      } finally {
        await stage.close()
      }
    })
  }
  const names = async (directory: Directory): Promise<string[]> =>
    (await directory.look()).members.map(({ name }) => name).sort()

  rule('who renews is seen by all others, and who does not for a TTL is not', async (stage) => {
    const [one, other] = [await stage.open(), await stage.open()]
    await one.renew(memberOf('a'))
    await other.renew(memberOf('b'))
    await stage.until(
      async () => (await names(one)).join() === 'a,b' && (await names(other)).join() === 'a,b',
    )
    assert.deepEqual(
      (await other.look()).members.find(({ name }) => name === 'a'),
      memberOf('a'),
    )
    for (let passed = 0; passed <= MEMBER_TTL_MS + 200; passed += 200) {
      await one.renew(memberOf('a'))
      await stage.pass(200)
    }
    assert.deepEqual(await names(other), ['a'])
    await one.leave('a')
    await stage.until(async () => (await names(other)).length === 0)
  })

  rule('an assignment is written over the revision that was read, by one of many', async (stage) => {
    const directories = [await stage.open(), await stage.open(), await stage.open()]
    const assignmentOf = (owner: string, epoch: number) => ({ district: 4, owner, epoch, movingTo: '' })
    for (let epoch = 1; epoch <= 5; epoch++) {
      const revisions = await Promise.all(
        directories.map(async (directory) => {
          await stage.until(async () => ((await directory.look()).assignments[0]?.epoch ?? 0) === epoch - 1)
          return (await directory.look()).assignments[0]?.revision ?? 0
        }),
      )
      const did = await Promise.all(
        directories.map((directory, at) => directory.assign(assignmentOf(`r${at}`, epoch), revisions[at])),
      )
      assert.equal(did.filter(Boolean).length, 1, `epoch ${epoch}: ${did}`)
      assert.equal(await directories[0].assign(assignmentOf('late', epoch), revisions[0]), false)
    }
  })

  rule('one leads as long as it says so, and another as soon as it does not', async (stage) => {
    const [one, other] = [await stage.open(), await stage.open()]
    assert.equal(await one.lead('a'), true)
    assert.equal(await other.lead('b'), false)
    for (let passed = 0; passed <= MEMBER_TTL_MS + 200; passed += 200) {
      await stage.pass(200)
      assert.equal(await one.lead('a'), true)
    }
    assert.equal(await other.lead('b'), false)
    await stage.until(async () => (await other.look()).leader === 'a')
    await stage.pass(MEMBER_TTL_MS + 100)
    assert.equal((await other.look()).leader, '')
    assert.equal(await other.lead('b'), true)
    assert.equal(await one.lead('a'), false)
    await stage.until(async () => (await one.look()).leader === 'b')
  })
}
