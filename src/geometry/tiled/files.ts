/** Reads the files that a map refers to: tilesets and templates, in JSON or in XML, each once. */
import { ShardlessError } from '../../core/index.ts'
import { fromXml } from './from-xml.ts'
import { asRecord, fail, type Json, named } from './reading.ts'

/** Returns the text of a file that a map refers to, by its path from the map's folder. */
export type ReadFile = (path: string) => string

/** The most files of one map. */
const FILES_MAX = 4096

/** A file that was read, and its path from the map's folder. */
export interface ReferredFile {
  readonly path: string
  readonly json: Json
}

export class Files {
  readonly #readFile: ReadFile | undefined
  readonly #known = new Map<string, ReferredFile>()

  constructor(readFile: ReadFile | undefined) {
    this.#readFile = readFile
  }

  get canRead(): boolean {
    return this.#readFile !== undefined
  }

  /**
   * @param source  its path as written
   * @param from    the file in which it is written, by its path from the map's folder; '' for the map itself
   * @param from    the file that it is written in, by its path from the map's folder; '' for the map itself
   * @param where   who refers to it: "town.tmj: tileset 0"
   * @throws        OutsideError for what cannot be read
   */
  read(root: 'tileset' | 'template', source: unknown, from: string, where: string): ReferredFile {
    if (typeof source !== 'string' || source === '')
      fail(where, `has ${named(source)} for the path of its ${root}; it must be a text`)
    const path = beside(from, source)
    const known = this.#known.get(`${root} ${path}`)
    if (known) return known
    if (this.#known.size >= FILES_MAX) fail(where, `is too much: ${FILES_MAX} files are the most for one map`)
    const file = { path, json: this.#parse(root, path, where) }
    this.#known.set(`${root} ${path}`, file)
    return file
  }

  #parse(root: 'tileset' | 'template', path: string, where: string): Json {
    if (!this.#readFile)
      fail(where, `is in a file of its own, ${named(path)}, which cannot be read here; embed it in the map`)
    const says = root === 'tileset' ? `is in ${named(path)}` : `comes from the template ${named(path)}`
    let text: string
    try {
      text = this.#readFile(path)
    } catch (error) {
      if (error instanceof ShardlessError) throw error
      return fail(where, `${says}, which cannot be read: ${reasonOf(error)}`)
    }
    if (typeof text !== 'string') fail(where, `${says}, which cannot be read: it is no text`)
    if (isXml(text)) return fromXml(text, root, `${named(path)}: the ${root}`)
    const json = fromJson(text, (why) => fail(where, `${says}, which is not JSON: ${why}`))
    return asRecord(json) ?? fail(where, `${says}, which is not one JSON object`)
  }
}

/** Reads the text of a map's own file, in JSON or in XML. */
export function mapOfText(text: string, source: string): unknown {
  if (isXml(text)) return fromXml(text, 'map', `${source}: the map`)
  return fromJson(text, (why) => fail(`${source}: the map`, `is not JSON: ${why}`))
}

/** Returns whether a text is XML. Other makers' editors put a byte order mark before the first character. */
function isXml(text: string): boolean {
  return /^\uFEFF?\s*</.test(text)
}

function fromJson(text: string, refuse: (why: string) => never): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return refuse(error.message)
  }
}

function reasonOf(error: unknown): string {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown }
  return code === 'ENOENT' ? 'there is no such file' : named(message)
}

/** Turns a path written in a file into a path from the map's folder. */
export function beside(from: string, source: string): string {
  const plain = source.replaceAll('\\', '/')
  if (plain.startsWith('/') || /^[A-Za-z][\w+.-]*:/.test(plain)) return plain
  const parts: string[] = []
  for (const part of `${from.slice(0, from.lastIndexOf('/') + 1)}${plain}`.split('/')) {
    const isDown = parts.length > 0 && parts[parts.length - 1] !== '..' && parts[parts.length - 1] !== ''
    if (part === '..' && isDown) parts.pop()
    else if (part !== '.' && (part !== '' || parts.length === 0)) parts.push(part)
  }
  return parts.join('/')
}
