#!/usr/bin/env node
/**
 * What the command `shardless` runs first: it looks at the version of Node before anything is imported that an old
 * one does not have. This file imports nothing and uses nothing new.
 */
const least = { major: 24, minor: 7 }
const [major, minor] = process.versions.node.split('.').map(Number)
if (major > least.major || (major === least.major && minor >= least.minor)) await import('./main.node.ts')
else {
  console.error(
    `Shardless needs Node ${least.major}.${least.minor} or newer; this is Node ${process.versions.node}. Install a newer one from https://nodejs.org.`,
  )
  process.exitCode = 1
}
