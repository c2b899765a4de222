import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import process from 'node:process'
import { root } from './root.mjs'

/** Where the modules go that import tests, as long as this process runs. */
const FOLDER = join('build', `together-${process.pid}`)
/** How many test files one of them imports. */
const FILES_MAX = 24
/** Which tests look at pages, and how many processes, with a browser of each kind, do it side by side. */
const PAGES = /\b(openPage|openBrowser|inEachBrowser)\b/
const PAGE_PROCESSES = 2
/** What a test imports that touches a platform: it has a process of its own. */
const PLATFORM =
  /from '(node:(?!test'|assert\/strict')[^']*|[^']*\.(node|web)\.ts)'|import\('|process\.|performance\./

/**
 * Lists what to give the runner for these folders: a process for each file costs more than most small tests, so those
 * that touch no platform share one, a few dozen files at a time; and a browser takes seconds to start, so those that
 * look at pages share a few. They are told of as ever, each with its own file.
 *
 * @param {readonly string[]} folders  from the root of the project
 * @returns {string[]} files, from the root
 */
export function together(folders) {
  const files = folders.flatMap((folder) => testsIn(folder))
  const looking = files.filter((file) => PAGES.test(textOf(file)))
  const sharing = files.filter((file) => file.startsWith('src/') && !isAlone(file))
  mkdirSync(join(root, FOLDER), { recursive: true })
  process.once('exit', () => rmSync(join(root, FOLDER), { recursive: true, force: true }))
  /** @type {string[]} */
  const modules = []
  for (let i = 0; i < Math.min(PAGE_PROCESSES, looking.length); i++)
    modules.push(
      importing(
        `pages-${i + 1}`,
        looking.filter((_, at) => at % PAGE_PROCESSES === i),
      ),
    )
  for (let at = 0; at < sharing.length; at += FILES_MAX)
    modules.push(importing(`${at / FILES_MAX + 1}`, sharing.slice(at, at + FILES_MAX)))
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
  return PLATFORM.test(textOf(file))
}

/** @param {string} file */
function textOf(file) {
  return readFileSync(join(root, file), 'utf8')
}
