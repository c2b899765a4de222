/** cli: the command line. `main.node.ts` is the program; this door has its table of options, for docs and tests. */
export { flagOf, type Option, options, settleOptions, variableOf } from './options.ts'
