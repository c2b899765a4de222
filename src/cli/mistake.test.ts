import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mistakeIn } from './mistake.ts'

test('what the argument parser says becomes a sentence, and options of other programs are told by their name here', () => {
  const cases = [
    [
      "error: unknown option '--lisen'\n(Did you mean --listen?)\n",
      "Unknown option '--lisen'. Did you mean --listen?",
    ],
    ["error: unknown command 'frob'\n", "Unknown command 'frob'."],
    ["error: missing required argument 'FILE'\n", "Missing required argument 'FILE'."],
    [
      "error: unknown option '--port'\n(Did you mean --bot?)\n",
      "Unknown option '--port'. Here it is --listen, whose address ends in the port: --listen ws://127.0.0.1:4000",
    ],
    [
      "error: unknown option '--port=80'\n",
      "Unknown option '--port=80'. Here it is --listen, whose address ends in the port: --listen ws://127.0.0.1:4000",
    ],
  ]
  for (const [said, sentence] of cases) assert.equal(mistakeIn(said), sentence)
})
