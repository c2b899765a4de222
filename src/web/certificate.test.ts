import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { connect } from 'node:tls'
import { selfSigned } from '../../test/outside/certificate.ts'
import { Certificate } from './certificate.node.ts'

function scratch(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'certificate-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const files = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') }
  const write = (pair: { cert: string; key: string }) => {
    writeFileSync(files.cert, pair.cert)
    writeFileSync(files.key, pair.key)
  }
  return { files, write }
}

/** Returns what a server at this port shows. */
function shown(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().fingerprint256)
      socket.destroy()
    })
    socket.on('error', reject)
  })
}

const fingerprint = ({ cert }: { cert: string }) => new X509Certificate(cert).fingerprint256

test('[H6] a renewed certificate is shown to whoever connects from then on; one that does not fit is told and not taken', async (t) => {
  const { files, write } = scratch(t)
  const [first, second, third] = [
    selfSigned({ days: 60 }),
    selfSigned({ days: 60 }),
    selfSigned({ days: 60 }),
  ]
  write(first)
  const told: string[] = []
  const certificate = await Certificate.open(files, (sentence) => told.push(sentence))
  t.after(() => certificate.close())
  const server = certificate.createServer(() => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo
  assert.equal(await shown(port), fingerprint(first))
  write(second)
  await certificate.look()
  assert.equal(await shown(port), fingerprint(second))
  write({ cert: third.cert, key: second.key })
  await certificate.look()
  await certificate.look()
  assert.equal(await shown(port), fingerprint(second))
  assert.deepEqual(told, [
    `The key ${files.key} does not belong to the certificate ${files.cert}. The certificate that was read before stays.`,
  ])
  write(third)
  await certificate.look()
  assert.equal(await shown(port), fingerprint(third))
})

test('[H6] a certificate that is over, or will be within a week, is told and shown all the same', async (t) => {
  const { files, write } = scratch(t)
  for (const [days, sentence] of [
    [-1, 'is over'],
    [3, 'is soon over'],
    [30, undefined],
  ] as const) {
    write(selfSigned({ days }))
    const told: string[] = []
    const certificate = await Certificate.open(files, (words) => told.push(words))
    certificate.close()
    if (sentence === undefined) assert.deepEqual(told, [])
    else assert.match(told[0], new RegExp(`^The certificate .*cert.pem ${sentence}: \\d{4}-.*Z\\.$`))
  }
})

test('[H6] files that are no certificate and its key are refused with a sentence', async (t) => {
  const { files, write } = scratch(t)
  const open = () => Certificate.open(files, () => {})
  await assert.rejects(open(), { message: `The certificate ${files.cert} cannot be read: ENOENT.` })
  const good = selfSigned()
  write({ cert: 'hello', key: good.key })
  await assert.rejects(open(), { message: `${files.cert} is no certificate in PEM form.` })
  write({ cert: good.cert, key: good.cert })
  await assert.rejects(open(), {
    message: `${files.key} is no private key in PEM form, or one that is locked by a passphrase.`,
  })
  write({ cert: good.cert, key: selfSigned().key })
  await assert.rejects(open(), {
    message: `The key ${files.key} does not belong to the certificate ${files.cert}.`,
  })
})
