/** The process at the other end of the bus: does what it is told, and tells what it heard and used. */
import process from 'node:process'
import { Listener, openEnd, type Place } from './way.node.ts'

export type Order =
  | { readonly do: 'open'; readonly place: Place; readonly address: string }
  | { readonly do: 'follow'; readonly count: number }
  | { readonly do: 'tell' }

let listener: Listener | undefined

process.on('message', async (order: Order) => {
  if (order.do === 'open') {
    const { bus } = await openEnd(order.place, 'follower')
    bus.meet('author', order.address)
    listener = new Listener(bus)
    process.send?.({ address: bus.address })
  } else if (order.do === 'follow') {
    listener?.follow(order.count)
    process.send?.({})
  } else {
    const { heard, bytes, begun, broken, lateness } = listener!
    const { user, system } = process.cpuUsage()
    process.send?.({
      ...{ heard, bytes, begun, broken, lateness: lateness.splice(0) },
      ...{ cpuUs: user + system, rssBytes: process.memoryUsage.rss() },
    })
  }
})
process.on('disconnect', () => process.exit())
