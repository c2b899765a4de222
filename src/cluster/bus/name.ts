import { ShardlessError } from '../../core/index.ts'

const PROCESS = /^[A-Za-z0-9-]{1,40}$/
const TOPIC = /^[A-Za-z0-9-]{1,32}(\.[A-Za-z0-9-]{1,32}){0,5}$/

/** Returns whether this is a process's name: 1 to 40 letters, digits and hyphens. */
export function isProcess(name: string): boolean {
  return PROCESS.test(name)
}

/** Returns whether this is a topic: one to six words of 1 to 32 letters, digits and hyphens, joined by dots. */
export function isTopic(name: string): boolean {
  return TOPIC.test(name)
}

/** @throws `cluster/bad-name` */
export function checkProcess(name: string): string {
  if (!isProcess(name))
    throw new ShardlessError(
      'cluster/bad-name',
      `"${name}" is no name of a process. Take 1 to 40 letters, digits and hyphens.`,
    )
  return name
}

/** @throws `cluster/bad-name` */
export function checkTopic(name: string): string {
  if (!isTopic(name))
    throw new ShardlessError(
      'cluster/bad-name',
      `"${name}" is no topic. Take one to six words of letters, digits and hyphens, joined by dots.`,
    )
  return name
}
