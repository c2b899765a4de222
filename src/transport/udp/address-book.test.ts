import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AddressBook } from './address-book.ts'

test('[L40] a peer is the same object as long as it is met once among as many others as the book holds', () => {
  let written = 0
  const book = new AddressBook(10, (host, port) => ({ host, port, serial: written++ }))
  const friend = book.find('friend', 1, 0)
  assert.deepEqual(friend, { host: 'friend', port: 1, serial: 0 })
  assert.notEqual(book.find('friend', 2, 0), friend)
  for (let stranger = 0; stranger < 1000; stranger++) {
    book.find(`stranger ${stranger % 7}`, stranger, 0)
    if (stranger % 9 === 0) assert.equal(book.find('friend', 1, 0), friend)
  }
  for (let stranger = 0; stranger < 30; stranger++) book.find('stranger', stranger, 0)
  assert.notEqual(book.find('friend', 1, 0), friend)
})

test('[L42] a peer that can have no address is asked about each time and never kept', () => {
  let asked = 0
  const book = new AddressBook(10, () => {
    asked++
    return undefined
  })
  for (let count = 0; count < 100; count++) assert.equal(book.find('nowhere', 0, 0), undefined)
  assert.equal(asked, 100)
})

test('[L40] who is not met for a minute is forgotten, and who goes on sending is the same object', () => {
  let written = 0
  const book = new AddressBook(1000, (host, port) => ({ host, port, serial: written++ }))
  const friend = book.find('friend', 1, 0)
  for (let now = 0; now < 25_000; now += 100) book.find('stranger', now, now)
  for (let now = 25_000; now < 200_000; now += 20_000) {
    assert.equal(book.find('friend', 1, now), friend)
    book.find('stranger', now, now)
  }
  assert.ok(book.size <= 3, `${book.size} peers`)
  assert.notEqual(book.find('friend', 1, 260_001), friend)
})
