import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AddressBook } from './address-book.ts'

test('[L40] a peer is the same object as long as it is met once among as many others as the book holds', () => {
  let written = 0
  const book = new AddressBook(10, (host, port) => ({ host, port, serial: written++ }))
  const friend = book.find('friend', 1)
  assert.deepEqual(friend, { host: 'friend', port: 1, serial: 0 })
  assert.notEqual(book.find('friend', 2), friend)
  for (let stranger = 0; stranger < 1000; stranger++) {
    book.find(`stranger ${stranger % 7}`, stranger)
    if (stranger % 9 === 0) assert.equal(book.find('friend', 1), friend)
  }
  for (let stranger = 0; stranger < 30; stranger++) book.find('stranger', stranger)
  assert.notEqual(book.find('friend', 1), friend)
})

test('[L42] a peer that can have no address is asked about each time and never kept', () => {
  let asked = 0
  const book = new AddressBook(10, () => {
    asked++
    return undefined
  })
  for (let count = 0; count < 100; count++) assert.equal(book.find('nowhere', 0), undefined)
  assert.equal(asked, 100)
})
