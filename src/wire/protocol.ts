import { Hash } from '../core/index.ts'

/** Returns 16 hexadecimal digits that differ when two descriptions do. */
export function fingerprint(description: string): string {
  return new Hash().text(description).digest
}

/**
 * Says where two protocols part: one sentence that names the record, the field, and both sides. A protocol is lines
 * of `name: description`.
 */
export function firstDifference(ours: string, theirs: string): string {
  const our = linesOf(ours)
  const their = linesOf(theirs)
  for (const [name, description] of our) {
    const other = their.get(name)
    if (other === undefined) return `The record ${name} is here and not there.`
    if (other !== description) return differ(name, description, other)
  }
  for (const name of their.keys()) if (!our.has(name)) return `The record ${name} is there and not here.`
  return 'The protocols are the same.'
}

function linesOf(protocol: string): Map<string, string> {
  const lines = new Map<string, string>()
  for (const line of protocol.split('\n')) {
    const colon = line.indexOf(': ')
    if (colon > 0) lines.set(line.slice(0, colon), line.slice(colon + 2))
  }
  return lines
}

function differ(path: string, ours: string, theirs: string): string {
  const our = argumentsOf(ours)
  const their = argumentsOf(theirs)
  if (our === undefined || their === undefined || our.kind !== their.kind) return plain(path, ours, theirs)
  if (our.kind === 'record') return differInRecord(path, our.parts, their.parts)
  const at = our.parts.findIndex((part, i) => part !== their.parts[i])
  const isOnlyThat =
    our.parts.length === their.parts.length &&
    our.parts.every((part, i) => i === at || part === their.parts[i])
  if (!isOnlyThat || at < 0 || argumentsOf(our.parts[at]) === undefined) return plain(path, ours, theirs)
  return differ(our.kind === 'list' ? `${path}[]` : path, our.parts[at], their.parts[at])
}

function differInRecord(path: string, ours: readonly string[], theirs: readonly string[]): string {
  const our = linesOf(ours.join('\n'))
  const their = linesOf(theirs.join('\n'))
  for (const [key, description] of our) {
    const other = their.get(key)
    if (other === undefined) return `${path}.${key} is here and not there.`
    if (other !== description) return differ(`${path}.${key}`, description, other)
  }
  for (const key of their.keys()) if (!our.has(key)) return `${path}.${key} is there and not here.`
  return `${path} has its fields in another order: here ${[...our.keys()].join(', ')}; there ${[...their.keys()].join(', ')}.`
}

function plain(path: string, ours: string, theirs: string): string {
  return `${path} is ${ours} here and ${theirs} there.`
}

/** Takes `kind(a, b)` apart at its outermost commas; undefined when the text has another form. */
function argumentsOf(description: string): { kind: string; parts: string[] } | undefined {
  const form = /^([A-Za-z]\w*)\((.*)\)$/s.exec(description)
  if (form === null) return undefined
  const parts: string[] = []
  const inside = form[2]
  let depth = 0
  let start = 0
  for (let i = 0; i < inside.length; i++) {
    if (inside[i] === '"') i = endOfQuote(inside, i)
    else if (inside[i] === '(') depth++
    else if (inside[i] === ')') depth--
    else if (inside[i] === ',' && depth === 0) {
      parts.push(inside.slice(start, i))
      start = i + 2
    }
  }
  if (start < inside.length) parts.push(inside.slice(start))
  return { kind: form[1], parts }
}

function endOfQuote(text: string, start: number): number {
  let i = start + 1
  while (i < text.length && text[i] !== '"') i += text[i] === '\\' ? 2 : 1
  return i
}
