/** lab in a browser: weather for real links. */
export { createAir } from './air.web.ts'
export * from './index.ts'
