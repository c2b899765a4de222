import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pathClash, pathProblem } from './path.ts'

test('[U2] a path is names with slashes between them, below the folder on every platform', () => {
  for (const path of [
    'a',
    'map/town/3-4.json',
    'Ünicode/日本/файл.png',
    'a b/c d.txt',
    'assets/main-BJ3k_x.js',
    'console/auxiliary.txt',
  ])
    assert.equal(pathProblem(path), undefined, path)
})

test('[U2] a path that would leave the folder, or would be another on some system, is refused', () => {
  for (const path of [
    '',
    '/',
    '/etc/passwd',
    'a/',
    'a//b',
    '.',
    '..',
    '../a',
    'a/../b',
    'a/./b',
    '.env',
    'a/.git/config',
    'a\\b',
    '..\\a',
    'C:/a',
    'c:a',
    '//server/share',
    'a:stream',
    'a*',
    'a?',
    'a|b',
    'a"b',
    'a<b',
    'a\0b',
    'a\nb',
    'a\u007f',
    'a\u200bb',
    'a\u202eb',
    'a\u2028b',
    'e\u0301',
    '\ud800',
    'a./b',
    'a /b',
    ' a',
    'con',
    'NUL.txt',
    'a/Com1',
    'lpt9.tar.gz',
  ])
    assert.notEqual(pathProblem(path), undefined, JSON.stringify(path))
})

test('[U2] a path has at most 240 bytes, each name 120, and 16 names', () => {
  const name = 'x'.repeat(120)
  const depth = (count: number): string => Array.from({ length: count }, () => 'a').join('/')
  assert.equal(pathProblem(name), undefined)
  assert.equal(pathProblem(`${name}x`), 'has a name longer than 120 bytes')
  assert.equal(pathProblem(`${name}/${'y'.repeat(119)}`), undefined)
  assert.equal(pathProblem(`${name}/${'y'.repeat(120)}`), 'is longer than 240 bytes')
  assert.equal(pathProblem('é'.repeat(60)), undefined)
  assert.equal(pathProblem('é'.repeat(61)), 'has a name longer than 120 bytes')
  assert.equal(pathProblem(depth(16)), undefined)
  assert.equal(pathProblem(depth(17)), 'has more than 16 names')
})

test('[U2] two paths that one system would take for the same file clash, and so does a file that must be a folder', () => {
  assert.equal(pathClash(['a', 'b', 'map/a', 'map/b']), undefined)
  assert.match(pathClash(['Map/a', 'map/A']) ?? '', /are one file on some systems/)
  assert.match(pathClash(['straße', 'STRASSE']) ?? '', /are one file/)
  assert.match(pathClash(['ﬁle', 'file']) ?? '', /are one file/)
  assert.match(pathClash(['a/b', 'A']) ?? '', /"A" is a file, and "a\/b" needs it to be a folder/)
})
