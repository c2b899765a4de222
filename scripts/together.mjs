import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import process from 'node:process'
import { root } from './root.mjs'

/** Where the modules go that import tests, as long as this process runs. */
const FOLDER = join('build', `together-${process.pid}`)
/** How many test files one of them imports at most: each loads the project anew, which takes as long as some tests. */
const FILES_MAX = 40
/** Which tests look at pages, and those of them that do it in each browser. */
const PAGES = /\b(openPage|openBrowser|inEachBrowser)\b/
const EACH_BROWSER = /\binEachBrowser\b/
/** What others would notice, or what notices others: whoever has it in its text has a process of its own. */
const ALONE = [
  // Sockets, programs, threads, and what measures or watches the process.
  /from 'node:(?!test'|assert\/strict'|fs'|fs\/promises'|os'|path'|url'|util'|crypto'|zlib')[^']*'/,
  // Doors to them, but for that of the packets' seal and of files.
  /from '(?![^']*\b(netcode|content)\/index\.node\.ts')[^']*\/index\.(node|web)\.ts'/,
  // What has state of its own; a test of such a file has it by itself.
  /from '[^']*(?<!\/index)\.(node|web)\.ts'/,
  // The real clock, and what belongs to the whole process.
  /import\('|performance\.|\bsetTimeout\b|\bsetInterval\b|\bprocess\.(?!env\.[A-Z_]+(?! = )\b)|\bglobalThis\.\w+ = /,
  // A socket under its name.
  /\blisten: |\bserve\(/,
]

/**
 * Lists what to give the runner for these folders: a process for each file costs more than most small tests, so those
 * that neither touch the process nor look at a clock share one, a few dozen files at a time; and a browser takes seconds
 * to start, so those that look at pages share two processes: one for those that do it in each browser, one for the others.
 * They are told of as ever, each with its own file.
 *
 * @param {readonly string[]} folders  from the root of the project
 * @returns {string[]} files, from the root
 */
export function together(folders) {
  const files = folders.flatMap((folder) => testsIn(folder))
  const looking = files.filter((file) => PAGES.test(textOf(file)))
  const inEach = looking.filter((file) => EACH_BROWSER.test(textOf(file)))
  const sharing = files.filter((file) => !looking.includes(file) && !isAlone(file))
  mkdirSync(join(root, FOLDER), { recursive: true })
  process.once('exit', () => rmSync(join(root, FOLDER), { recursive: true, force: true }))
  /** @type {string[]} */
  const modules = []
  for (const [i, pages] of [inEach, looking.filter((file) => !inEach.includes(file))].entries())
    if (pages.length > 0) modules.push(importing(`pages-${i + 1}`, pages))
  const count = Math.ceil(sharing.length / FILES_MAX)
  for (let i = 0; i < count; i++)
    modules.push(
      importing(
        `${i + 1}`,
        sharing.filter((_, at) => at % count === i),
      ),
    )
  return [...modules, ...files.filter((file) => !sharing.includes(file) && !looking.includes(file))]
}

/**
 * Writes a test module that imports these files. @returns its path, from the root
 *
 * @param {string} name
 * @param {readonly string[]} files
 */
function importing(name, files) {
  const module = join(FOLDER, `${name}.test.mjs`)
  writeFileSync(join(root, module), files.map((file) => `import '../../${file}'\n`).join(''))
  return module
}

/** @param {string} folder */
function testsIn(folder) {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name).split(sep).join('/'))
    .filter((file) => file.endsWith('.test.ts') && !file.includes('node_modules/'))
    .sort()
}

/** @param {string} file */
function isAlone(file) {
  const text = textOf(file)
  return ALONE.some((pattern) => pattern.test(text))
}

/** @param {string} file */
function textOf(file) {
  return readFileSync(join(root, file), 'utf8')
}
