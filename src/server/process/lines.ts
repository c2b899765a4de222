import type { Bus } from '../../cluster/index.ts'
import type { Link, LinkHandler } from '../../transport/index.ts'
import { CountedLine, type LineCounts, type Purpose, purposes } from './counted-line.ts'

/** Takes a link that another process opened; undefined closes it. */
export type LineTaker = (link: Link, from: string) => LinkHandler | undefined

/** Opens a link to a process, and says what for. */
export function openLine(bus: Bus, process: string, purpose: Purpose, counts: LineCounts): Link {
  const link = new CountedLine(bus.connect(process), counts, purpose)
  link.send(Uint8Array.of(purposes[purpose]))
  return link
}

/** Takes the links that other processes open, each by what it is for. What nobody takes is closed. */
export function acceptLines(bus: Bus, takers: Partial<Record<Purpose, LineTaker>>, counts: LineCounts): void {
  bus.accept((link, from) => {
    let handler: LinkHandler | undefined
    link.open({
      receive: (packet) => {
        if (handler) {
          handler.receive(packet)
          return
        }
        const purpose = (Object.keys(purposes) as Purpose[]).find((one) => purposes[one] === packet[0])
        handler =
          purpose && packet.length === 1
            ? takers[purpose]?.(new CountedLine(link, counts, purpose), from)
            : undefined
        if (!handler) link.close('Nobody here takes such a link.')
      },
      closed: (reason) => handler?.closed(reason),
    })
  })
}
