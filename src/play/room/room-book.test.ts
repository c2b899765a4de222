import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../../core/index.ts'
import { type Room, RoomBook, type RoomBookOptions } from './room-book.ts'

const ada = { id: 1, name: 'Ada' }
const ben = { id: 2, name: 'Ben' }
const cyd = { id: 3, name: 'Cyd' }

function newBook(options: Partial<RoomBookOptions> = {}): RoomBook {
  let tickets = 0
  const newTicket = () => `ticket-${++tickets}`
  return new RoomBook({ random: new Random(1), newTicket, seatsMax: 2, keptTicks: 100, ...options })
}

function opened(book: RoomBook, isListed = true): Room {
  const room = book.open({ isListed })
  if (typeof room === 'string') throw new Error(room)
  return room
}

test('[M25] a room is found by its code, however that is typed, and by no other', () => {
  const book = newBook()
  const room = opened(book, false)
  assert.match(room.code, /^[B-Z]{5}$/)
  assert.equal(book.find(` ${room.code.toLowerCase().split('').join(' ')}`), room)
  assert.equal(book.find(''), undefined)
  assert.equal(book.find(room.code.slice(1)), undefined)
})

test('[M25] one sits in one room, once, while there is a seat and no match runs', () => {
  const book = newBook()
  const [room, other] = [opened(book), opened(book)]
  const seat = book.enter(ada, room)
  assert.equal(book.enter(ada, room), seat, 'asked again, it is the same seat')
  assert.equal(book.enter(ada, other), 'You are in another room; leave it first.')
  assert.equal(book.watch(ada.id, other), 'You are in a room; leave it first.')
  book.enter(ben, room)
  assert.equal(book.enter(cyd, room), 'The room is full.')
  other.isRunning = true
  assert.equal(book.enter(cyd, other), 'The match has begun; you may watch it.')
  assert.equal(book.watch(cyd.id, other), undefined)
  other.isRunning = false
  assert.notEqual(typeof book.enter(cyd, other), 'string', 'who watches may sit down')
  assert.equal(other.watchers.size, 0)
})

test('[M25] a quick match is in the fullest listed room that gathers', () => {
  const book = newBook()
  opened(book, false)
  assert.equal(book.quick(), undefined)
  const [empty, half, full, running] = [opened(book), opened(book), opened(book), opened(book)]
  book.enter(ada, half)
  book.enter(ben, full)
  book.enter(cyd, full)
  running.isRunning = true
  assert.equal(book.quick(), half)
  book.leave(ada.id, { keepsSeat: true })
  assert.equal(book.quick(), empty, 'of two as full the older')
})

test('[M26] who opened it is host; when they leave, whoever has sat there longest', () => {
  const book = newBook({ seatsMax: 3 })
  const room = opened(book)
  for (const player of [ada, ben, cyd]) book.enter(player, room)
  assert.equal(room.host, ada.id)
  book.leave(ada.id, { keepsSeat: false })
  assert.equal(room.host, ben.id)
  room.isRunning = true
  book.leave(ben.id, { keepsSeat: true })
  assert.equal(room.host, cyd.id, 'who is lost is host no more')
  book.leave(cyd.id, { keepsSeat: false })
  assert.equal(room.host, undefined)
})

test('[M27] a seat lost in a running match is kept for its ticket, to the tick', () => {
  for (const [ticks, isKept] of [
    [99, true],
    [100, false],
  ] as const) {
    const book = newBook()
    const room = opened(book)
    const seat = book.enter(ada, room)
    assert.ok(typeof seat !== 'string')
    room.isRunning = true
    book.advance(1000)
    assert.deepEqual(book.leave(ada.id, { keepsSeat: true }), { is: 'kept', room, seat })
    assert.equal(book.return(ben.id, 'ticket-9'), 'Your seat was given up.')
    assert.deepEqual(book.advance(1000 + ticks), isKept ? [] : [{ room, seat }])
    const back = book.return(7, seat.ticket)
    assert.equal(typeof back !== 'string', isKept)
    if (!isKept) continue
    assert.equal(book.roomOf(7), room)
    assert.equal(room.host, 7)
    assert.equal(book.return(ben.id, seat.ticket), 'Somebody sits on that seat.')
  }
})

test('[M27] no seat is kept for who says that they leave, nor where no match runs, and none beyond the match', () => {
  const book = newBook()
  const room = opened(book)
  book.enter(ada, room)
  assert.equal(book.leave(ada.id, { keepsSeat: true })?.is, 'left')
  book.enter(ada, room)
  room.isRunning = true
  assert.equal(book.leave(ada.id, { keepsSeat: false })?.is, 'left')
  room.isRunning = false
  book.enter(ada, room)
  room.isRunning = true
  assert.equal(book.leave(ada.id, { keepsSeat: true })?.is, 'kept')
  room.isRunning = false
  assert.equal(book.advance(1).length, 1)
  assert.equal(room.seats.length, 0)
})

test('[M25] there are so many rooms and watchers and no more, and numbers that cannot be are refused', () => {
  const book = newBook({ roomsMax: 1, watchersMax: 1 })
  const room = opened(book)
  assert.equal(book.open({ isListed: true }), 'There are too many rooms; enter one of those.')
  book.watch(1, room)
  assert.equal(book.watch(2, room), 'Too many are watching.')
  book.leave(1, { keepsSeat: true })
  assert.equal(book.watch(2, room), undefined)
  assert.deepEqual(book.close(room), [2])
  assert.equal(book.watch(1, room), 'There is no such room any more.')
  assert.throws(() => newBook({ keptTicks: 0.5 }), { code: 'world/bad-lobby' })
})
