import { updateContent } from '../client/index.node.ts'
import { wayOf } from './air.node.ts'
import type { Settings } from './options.ts'

/** `shardless update URL FOLDER`: brings the client content in a folder to what a server has. */
export async function runUpdate(settings: Settings, url: string, folder: string): Promise<void> {
  const {
    version,
    isNew,
    folder: place,
  } = await updateContent(url, {
    ...(await wayOf(settings)),
    folder,
    progress: ({ bytes, bytesTotal }) => {
      // Only a terminal is told on the way; a file or pipe gets the outcome.
      if (process.stdout.isTTY) process.stdout.write(`\r${megabytes(bytes)} of ${megabytes(bytesTotal)} MB `)
    },
  })
  if (process.stdout.isTTY) process.stdout.write('\r\u001b[K')
  console.log(`${isNew ? 'Updated to' : 'Current already:'} ${version.slice(0, 12)}, in ${place}`)
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1)
}
