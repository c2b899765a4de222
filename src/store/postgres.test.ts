import { type PostgresServer, postgresMissing, startPostgres } from '../../test/postgres-server.node.ts'
import { openPostgresStore } from './index.node.ts'
import { storeSuite } from './store.suite.ts'

let server: PostgresServer
let opened = 0

storeSuite({
  name: 'PostgreSQL',
  missing: postgresMissing(),
  async begin() {
    server = await startPostgres()
  },
  async end() {
    await server.stop()
  },
  open: () => openPostgresStore(server.url, { schema: `store_${++opened}` }),
  openAgain: () => openPostgresStore(server.url, { schema: `store_${opened}` }),
})
