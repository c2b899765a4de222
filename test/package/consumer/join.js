/** Joins the server that the first argument names, bleats, and prints what came of it. */
import { connect } from 'shardless/client'
import { meadow } from './game.js'

const client = await connect(meadow, process.argv[2], { name: 'Dolly' })
while (client.me === undefined) await new Promise((resolve) => setTimeout(resolve, 10))
const heard = new Promise((resolve) => client.on('bleated', ({ who }) => resolve(who === client.me.id)))
const { heardBy } = await client.ask('bleat', {})
console.log(JSON.stringify({ name: client.me.name, heardBy, heardMyself: await heard }))
client.close()
