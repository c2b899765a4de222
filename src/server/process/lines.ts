import type { Bus } from '../../cluster/index.ts'
import type { Link, LinkHandler } from '../../transport/index.ts'

/** What a link between two processes is for: the one byte of its first packet. */
export const purposes = { gateway: 1, peers: 2, neighbour: 3 } as const
export type Purpose = keyof typeof purposes

/** Takes a link that another process opened; undefined closes it. */
export type LineTaker = (link: Link, from: string) => LinkHandler | undefined

/** Opens a link to a process, and says what for. */
export function openLine(bus: Bus, process: string, purpose: Purpose): Link {
  const link = bus.connect(process)
  link.send(Uint8Array.of(purposes[purpose]))
  return link
}

/** Takes the links that other processes open, each by what it is for. What nobody takes is closed. */
export function acceptLines(bus: Bus, takers: Partial<Record<Purpose, LineTaker>>): void {
  bus.accept((link, from) => {
    let handler: LinkHandler | undefined
    link.open({
      receive: (packet) => {
        if (handler) {
          handler.receive(packet)
          return
        }
        const purpose = (Object.keys(purposes) as Purpose[]).find((one) => purposes[one] === packet[0])
        handler = purpose && packet.length === 1 ? takers[purpose]?.(link, from) : undefined
        if (!handler) link.close('Nobody here takes such a link.')
      },
      closed: (reason) => handler?.closed(reason),
    })
  })
}
