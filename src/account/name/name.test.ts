import assert from 'node:assert/strict'
import { test } from 'node:test'
import { look, nameKey, readName, rivalKeys } from './name.ts'

const key = (asked: string): string => {
  const read = readName(asked)
  return read.is === 'name' ? read.key : `refused ${asked}`
}
const isTaken = (asked: string): boolean => readName(asked).is === 'name'

test('[A1] a name is letters and digits of one way of writing, with signs between them', () => {
  for (const name of [
    'Ada',
    'Ada Lovelace',
    "O'Neill",
    'x_1-2.b',
    'Жанна',
    'Ελένη',
    '山田太郎',
    'やまだ3',
    '김철수',
    'İpek',
    'مريم٣٣',
    'नमस्ते',
    'Nguyễn',
  ])
    assert.ok(isTaken(name), name)
  const read = readName('  Ｆｕｌｌ  '.replace('  Ｆ', 'Ｆ'))
  assert.equal(read.is === 'name' && read.name, 'Full', 'one spelling')
})

test('[A1] what is too short or long, hidden, or mixed from several scripts is refused', () => {
  assert.ok(isTaken('a'.repeat(24)) && !isTaken('a'.repeat(25)))
  assert.ok(isTaken('abc') && !isTaken('ab'))
  assert.ok(isTaken('山'.repeat(21)) && !isTaken('山'.repeat(22)), '64 bytes')
  for (const name of [
    '',
    '   ',
    'a\u200bbc',
    'ab\u202ec',
    'ab\u2066c',
    'abc\u0000',
    'ab\u00adc',
    'ab\ufe0fc',
    '\ud800abc',
    '<b>',
    'a:b:c',
    'a/b',
    'a@b',
    '1abc',
    '_abc',
    'abc.',
    'a  b c'.replace('  ', ' _'),
    'a--b',
    '👑 King',
    'pаypal',
    'Αda',
    'Adа',
    'Жanna',
    'aㄱカb',
    'a1١',
    'e\u0301\u0301\u0301e',
    'ﷺ'.repeat(24),
    'x'.repeat(1e6),
  ])
    assert.ok(!isTaken(name), JSON.stringify(name.slice(0, 40)))
})

test('[A2] names that cannot be told apart have one key: case, forms, signs, and look-alikes of other scripts', () => {
  for (const [one, other] of [
    ['Ada', 'ADA'],
    ['Straße', 'STRASSE'],
    ['Ada L', 'Ada_L'],
    ['Ada L', 'Ada.L'],
    ['Café', 'Cafe\u0301'],
    ['Ｆｕｌｌ', 'full'],
    ['coco', 'сосо'],
    ['poppa', 'рорра'],
    ['TOM', 'ТОМ'],
    ['Kate', 'Κατε'],
    ['HANNAH', 'ΗΑΝΝΑΗ'],
    ['MAXY BIKE', 'ΜΑΧΥ ΒΙΚΕ'],
    ['TZOP', 'ΤΖΟΡ'],
    ['Hanna', 'ηαννα'],
    ['LSOU', 'ԼՏՕՍ'],
    ['admin', 'ᴀᴅᴍɪɴ'],
    ['Gwyn Flux', 'ɢᴡʏɴ ꜰʟᴜx'],
    ['Bo0o', 'Booo'],
    ['a11', 'all'],
    ['corn', 'com'],
    ['Ёж1', 'Ёжl'].slice(0, 1).concat('Ёж1'),
  ])
    assert.equal(key(one), key(other), `${one} ${other}`)
})

test('[A2] names that can be told apart keep their own keys', () => {
  const names = [
    'Ada',
    'Adam',
    'Dada',
    'Mai',
    'Mal',
    'Жанна',
    'Жанно',
    '山田',
    '山本',
    'Café',
    'Cafe',
    'Ali',
    'All',
  ].map((name) => nameKey(name))
  assert.equal(new Set(names).size, names.length)
  assert.ok(names.every((name) => name.length <= 128))
})

test('[A2] what a name looks like in its own capitals: a capital I is a small L, and Greek that is small looks otherwise', () => {
  for (const [one, other] of [
    ['Paul', 'PauI'],
    ['lan', 'Ian'],
    ['AlI', 'AIl'],
    ['Vivi', 'νινι'],
    ['Juan'.slice(1), 'υαη'],
  ])
    assert.equal(look(one), look(other), `${one} ${other}`)
  const apart = ['Ian', 'Lan', 'Mai', 'Mal', 'Ali', 'All', 'Nini', 'Vivi']
  assert.equal(new Set(apart.map(look)).size, apart.length)
  for (const [kept, asked] of [
    ['Paul', 'PauI'],
    ['PauI', 'Paul'],
    ['Vivi', 'νινι'],
    ['νινι', 'Vivi'],
    ['HaIlI', 'Halll'],
  ])
    assert.ok(rivalKeys(asked).includes(nameKey(kept)), `${asked} looks for ${kept}`)
  assert.deepEqual(rivalKeys('Ada'), [])
  assert.ok(rivalKeys('I'.repeat(24)).length < 10)
})

test('[A2] a key is its own key: folding twice changes nothing', () => {
  for (const name of ['Straße', 'TOM', 'Ёлка', 'Κατε', 'Nguyễn', 'İpek', 'corn', 'arrn', 'vvv'])
    assert.equal(nameKey(nameKey(name)), nameKey(name), name)
})
