import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSqliteStore } from '../index.node.ts'
import { storeSuite } from '../store.suite.ts'

let folder: string
let opened = 0

storeSuite({
  name: 'SQLite',
  async begin() {
    folder = mkdtempSync(join(tmpdir(), 'shardless-sqlite-'))
  },
  async end() {
    rmSync(folder, { recursive: true })
  },
  open: () => openSqliteStore(join(folder, `${++opened}.db`)),
  openAgain: () => openSqliteStore(join(folder, `${opened}.db`)),
})
