/** The field of tests, as the command line takes it. */
export { fieldServer as default } from './field.ts'
