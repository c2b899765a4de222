/**
 * One door for every command: `node scripts/run.mjs NAME [arguments]`, which is what `npm start`, `npm test` and
 * the others call. Any Node from 18 up runs this file; what it starts runs on the Node that the project pins.
 *
 *     version check -> set-up (npm ci, only when needed) -> the command, its signals and its exit code
 *
 * Source: the commands are described in CONTRIBUTING.md.
 */
const NODE_MAJOR_MIN = 18

const major = Number(process.versions.node.split('.')[0])
if (major < NODE_MAJOR_MIN) {
  console.error(
    `Node ${NODE_MAJOR_MIN} or newer is needed to set this project up; this is Node ${process.versions.node}.`,
  )
  process.exit(1)
}

const { commands } = await import('./commands.mjs')
const { Stop } = await import('./stop.mjs')

const [name, ...args] = process.argv.slice(2)
const command = Object.hasOwn(commands, name ?? '') ? commands[name] : undefined
if (command === undefined) {
  console.error(`There is no command "${name ?? ''}"; there are ${Object.keys(commands).sort().join(', ')}.`)
  process.exit(1)
}

try {
  process.exitCode = await command(args)
} catch (error) {
  if (!(error instanceof Stop)) throw error
  console.error(error.message)
  process.exitCode = 1
}
