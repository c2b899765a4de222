/** Connects and closes clients against a real server, collects garbage, and prints how many are still held. */
import { connect } from 'shardless/client'
import { defineServer, serve } from 'shardless/server'
import { field, fieldServer } from '../field/field.ts'

const CLIENTS = 30

const definition = defineServer(field, fieldServer.options)
const server = await serve(definition, { listen: ['ws://127.0.0.1:0'] })
const url = server.urls[0]
const made: WeakRef<object>[] = []
for (let i = 0; i < CLIENTS; i++) await comeAndGo(i)
for (let turn = 0; turn < 200 && held() > 0; turn++) {
  await new Promise((resolve) => setTimeout(resolve, 10))
  globalThis.gc?.()
}
console.log(`held ${held()} of ${CLIENTS}`)
await server.close()

async function comeAndGo(number: number): Promise<void> {
  const client = await connect(field, url, { name: `Walker ${number}` })
  client.onEnter('walker', () => {})
  client.command({ east: 1, north: 0 })
  client.frame()
  client.close()
  made.push(new WeakRef(client))
}

function held(): number {
  return made.filter((one) => one.deref() !== undefined).length
}
