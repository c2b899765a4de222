/** Runs for `npm start -- lab`: shows the laboratory's page, which needs no game server. */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { preview } from 'vite'
import { buildIfStale } from '../build.node.ts'

const here = fileURLToPath(new URL('..', import.meta.url))
const PORT = 4000
const usage = `npm start -- lab [--port ${PORT}] [--host 127.0.0.1]: shows the laboratory in the browser. Ctrl-C ends it.`

/** @param args what follows `lab` */
export async function startLab(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: 'string', default: String(PORT) },
      host: { type: 'string', default: '127.0.0.1' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  const port = Number(values.port)
  if (values.help) {
    console.log(usage)
    return
  }
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    console.error(`--port is "${values.port}"; it wants a number from 0 to 65535.`)
    process.exitCode = 1
    return
  }
  await buildIfStale()
  try {
    const server = await preview({
      configFile: false,
      logLevel: 'error',
      root: here,
      build: { outDir: join(here, 'build') },
      preview: { port, host: values.host, strictPort: true },
    })
    const address = server.httpServer.address()
    const taken = typeof address === 'object' && address !== null ? address.port : port
    console.log(`Laboratory: http://${values.host}:${taken}/lab/`)
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => server.close())
  } catch (error) {
    console.error(`The laboratory cannot be shown: ${(error as Error).message}. Another --port may be free.`)
    process.exitCode = 1
  }
}
