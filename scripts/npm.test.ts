import assert from 'node:assert/strict'
import { test } from 'node:test'
import { explain } from './npm.mjs'

test('what npm complains of becomes one sentence that says what to do', () => {
  for (const [output, sentence] of [
    [
      'npm error code ENOTFOUND\nnpm error network request to https://registry.example/ws failed',
      /registry https:\/\/registry\.example does not answer/,
    ],
    ['npm ERR! code ENOSPC\nnpm ERR! syscall write', /disk is full/],
    [
      "npm error code EACCES\nnpm error path /opt/x/node_modules\nnpm error Error: EACCES: permission denied, mkdir '/opt/x'",
      /may not write \/opt\/x/,
    ],
    [
      'npm error code EINTEGRITY\nnpm error sha512-a integrity checksum failed',
      /differs from the one that package-lock\.json describes/,
    ],
    [
      'npm error code EUSAGE\nnpm error `npm ci` can only install packages when ... are in sync',
      /run "npm install" once/,
    ],
    [
      "npm error code E404\nnpm error 404  'nope@1.0.0' is not in this registry.",
      /does not have nope@1\.0\.0/,
    ],
    [
      'npm error code ETARGET\nnpm error notarget No matching version found for ws@99.0.0.',
      /does not have ws@99\.0\.0/,
    ],
    ['npm error code E401\nnpm error Unable to authenticate', /refuses this machine/],
    ['npm error code SELF_SIGNED_CERT_IN_CHAIN', /certificate/],
    ['npm error code EWEIRD\nnpm error something odd', /ended with 7 \(something odd\).*setup\.log/],
    ['', /ended with 7; all it said/],
  ] as const) {
    const said = explain(7, output)
    assert.match(said, sentence)
    assert.equal(said.split('\n').length, 1)
  }
})
