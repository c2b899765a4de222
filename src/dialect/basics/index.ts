/**
 * dialect/basics: JSON packets behind a length over TCP, as the lesson "Networking Basics" has them. Its rules:
 * README.md beside this file.
 */
export { type BasicsOptions, basicsDialect } from './basics-dialect.ts'
