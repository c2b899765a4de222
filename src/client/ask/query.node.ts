import { OutsideError } from '../../core/index.ts'
import { informationFromJson, type ServerInformation } from '../../dialect/native/index.ts'
import { isDistrust } from '../../transport/index.node.ts'
import { checkInquiry, openLink, type WayOptions } from '../session/connect.node.ts'
import { Inquiry, informationFrom } from './inquiry.ts'

/** The longest time that an answer may take, in milliseconds. */
const ANSWER_MS = 5000
/** The largest answer over HTTP, in bytes. */
const ANSWER_BYTES_MAX = 16_384

/**
 * Asks a server what it is: name, versions, players, limits, where to connect. Nobody logs in.
 *
 * @param url  "ws://host:port" or "wss://...", "tcp://host:port", "udp://host:port"; "http://" or "https://..." as
 *   its pages are reached
 * @throws OutsideError with one sentence when nobody answers
 */
export async function queryServer(url: string, options: WayOptions = {}): Promise<ServerInformation> {
  checkInquiry(url, options)
  if (/^https?:/.test(url)) return queryOverHttp(url)
  const inquiry = new Inquiry(await openLink(url, options))
  const patience = setTimeout(() => inquiry.close(), ANSWER_MS)
  try {
    return await informationFrom(inquiry, url)
  } finally {
    clearTimeout(patience)
    inquiry.close()
  }
}

async function queryOverHttp(url: string): Promise<ServerInformation> {
  const target = URL.parse('information', url.endsWith('/') ? url : `${url}/`)
  if (target === null) throw new OutsideError(`"${url}" is no URL; write one like https://town.example.`)
  let response: Response
  let text: string
  try {
    response = await fetch(target, { redirect: 'error', signal: AbortSignal.timeout(ANSWER_MS) })
    text = await bodyOf(response)
  } catch (error) {
    const { cause } = error as { cause?: { code?: string } }
    if (isDistrust(cause?.code ?? ''))
      throw new OutsideError(`The certificate of ${target.href} is not to be trusted (${cause?.code}).`)
    throw new OutsideError(`${target.href} does not answer (${cause?.code ?? (error as Error).message}).`)
  }
  const information = response.ok ? informationFromJson(text) : undefined
  if (information === undefined)
    throw new OutsideError(
      `What answers at ${url} (${response.status}) does not tell what a Shardless server tells.`,
    )
  return information
}

/** Reads a body, if it is no longer than an answer can be. */
async function bodyOf(response: Response): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  let length = 0
  for await (const part of response.body ?? []) {
    length += part.length
    if (length > ANSWER_BYTES_MAX) return ''
    text += decoder.decode(part, { stream: true })
  }
  return text + decoder.decode()
}
