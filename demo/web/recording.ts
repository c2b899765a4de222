import { instant } from 'shardless/core'
import { RecordedWorld } from 'shardless/lab'
import { town } from '../game/town.ts'
import { byId } from './element.ts'

/** The largest recording that a page accepts, in bytes. */
const bytesMax = 256 * 1024 * 1024
const tooLarge = 'The recording is larger than 256 MB, more than a page can well hold.'

/**
 * Lets recordings in: dropped on the page, chosen as a file, or named by the page's own address (`?recording=URL`).
 *
 * @param show  called with the recording that was read
 * @param say   called with a sentence when it cannot be read
 */
export function takeRecordings(
  show: (world: RecordedWorld<typeof town>) => void,
  say: (sentence: string) => void,
): void {
  const take = async (read: () => Promise<Uint8Array>): Promise<void> => {
    try {
      show(new RecordedWorld(town, await read(), { now: () => instant(performance.now()) }))
    } catch (error) {
      say(error instanceof Error ? error.message : String(error))
    }
  }
  const chooser = byId<HTMLInputElement>('recording')
  chooser.addEventListener('change', () => {
    const [file] = chooser.files ?? []
    // The same file may be chosen again.
    if (file) void take(() => readFile(file)).then(() => (chooser.value = ''))
  })
  addEventListener('dragover', (event) => {
    if (!event.dataTransfer?.types.includes('Files')) return
    event.preventDefault()
    document.body.classList.add('dropping')
  })
  addEventListener('dragleave', (event) => {
    if (event.relatedTarget === null) document.body.classList.remove('dropping')
  })
  addEventListener('drop', (event) => {
    document.body.classList.remove('dropping')
    const [file] = event.dataTransfer?.files ?? []
    if (!file) return
    event.preventDefault()
    void take(() => readFile(file))
  })
  const url = new URLSearchParams(location.search).get('recording')
  if (url) void take(() => fetchFile(url))
}

async function readFile(file: File): Promise<Uint8Array> {
  if (file.size > bytesMax) throw new Error(tooLarge)
  return new Uint8Array(await file.arrayBuffer())
}

async function fetchFile(url: string): Promise<Uint8Array> {
  const response = await fetch(url).catch(() => undefined)
  if (!response) throw new Error('The recording could not be fetched.')
  if (!response.ok) throw new Error(`The recording could not be fetched: ${response.status}.`)
  if (Number(response.headers.get('content-length')) > bytesMax) throw new Error(tooLarge)
  return new Uint8Array(await response.arrayBuffer())
}
