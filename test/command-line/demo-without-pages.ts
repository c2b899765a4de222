import { defineServer } from 'shardless/server'
import town from '../../demo/server.node.ts'

/** The demo's town for tests that need no browser client built. */
export default defineServer(town.game, { ...town.options, web: undefined, accounts: undefined })
