import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Directory, DirectoryBook } from '../../cluster/index.ts'
import { instant, OutsideError } from '../../core/index.ts'
import { clusterConsole } from './cluster-console.node.ts'

const NOW = instant(0)

/** A book of two regions, of which the first has a district and gives it away where it is told to. */
function twoRegions() {
  const book = new DirectoryBook()
  for (const name of ['region-a', 'region-b']) {
    const idle = { isDraining: false, followers: [], load: [], tickShare: 0 }
    book.renew({ name, role: 'region', address: name, ...idle }, NOW)
  }
  book.assign({ district: 0, owner: 'region-a', epoch: 1, movingTo: '' }, 0)
  const give = (): void => {
    const [{ revision, ...stored }] = book.look(NOW).assignments
    if (stored.movingTo !== '')
      book.assign({ ...stored, owner: stored.movingTo, epoch: 2, movingTo: '' }, revision)
  }
  return { book, give }
}

/** A directory that has the book, and of whose answers so many in a row are lost after each that is not. */
function losing(book: DirectoryBook, lost: number): Directory {
  let asked = 0
  const loses = async <Answer>(answer: Answer): Promise<Answer> => {
    if (asked++ % (lost + 1) < lost) throw new OutsideError('The directory does not answer.')
    return answer
  }
  return {
    renew: async (member) => book.renew(member, NOW),
    leave: async (name) => book.leave(name),
    lead: async (name) => book.lead(name, NOW),
    look: () => loses(book.look(NOW)),
    assign: (assignment, revision) => loses(book.assign(assignment, revision)),
  }
}

test('an operator moves a district though the directory answers only now and then', async () => {
  for (const lost of [0, 1, 3]) {
    const { book, give } = twoRegions()
    const operator = clusterConsole({
      directory: losing(book, lost),
      send: (_to, { is }) => {
        if (is === 'look') give()
      },
      players: () => ({ here: 0, away: 0 }),
    })
    assert.equal(await operator.run('move 0 region-b'), 'District 0 is region-b’s now.', `${lost} lost`)
    assert.match(await operator.run('districts'), /^0: region-b, epoch 2/)
  }
})

test('a directory that is gone is said after a while', async () => {
  const { book } = twoRegions()
  const operator = clusterConsole({
    directory: losing(book, Number.POSITIVE_INFINITY),
    send: () => {},
    players: () => ({ here: 0, away: 0 }),
  })
  assert.equal(await operator.run('regions'), 'The command failed: The directory does not answer.')
})
