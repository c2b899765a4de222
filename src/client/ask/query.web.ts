import type { ServerInformation } from '../../dialect/native/index.ts'
import { connectWebSocket } from '../../transport/index.web.ts'
import { checkUrl } from '../session/options.ts'
import { Inquiry, informationFrom } from './inquiry.ts'

/** The longest time that an answer may take, in milliseconds. */
const ANSWER_MS = 5000

/**
 * Asks a server what it is: name, versions, players, limits, where to connect. Nobody logs in.
 *
 * @param url  "ws://host:port" or "wss://..."
 * @throws OutsideError with one sentence when nobody answers
 */
export async function queryServer(url: string): Promise<ServerInformation> {
  checkUrl(url)
  const inquiry = new Inquiry(await connectWebSocket(url))
  const patience = setTimeout(() => inquiry.close(), ANSWER_MS)
  try {
    return await informationFrom(inquiry, url)
  } finally {
    clearTimeout(patience)
    inquiry.close()
  }
}
