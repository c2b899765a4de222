/**
 * Builds the laboratory as a site that needs no server: `npm run build -- lab [folder]`. Beside the page of the
 * laboratory it has the pages of docs/explain, each with the small laboratory it asks for.
 */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { marked } from 'marked'
import { build } from 'vite'

const root = fileURLToPath(new URL('../..', import.meta.url))
const web = join(root, 'demo/web/lab')
const explain = join(root, 'docs/explain')
/** Where the pages are put together before they are bundled, beside what they are made of. */
const pages = join(root, 'build/lab-pages')
const usage = 'npm run build -- lab [folder]: builds the laboratory into a folder; build/lab when left out.'

/**
 * Builds the site.
 *
 * @param target  a folder, which is emptied first
 * @returns the names of its pages
 */
export async function buildLab(target: string): Promise<string[]> {
  rmSync(pages, { recursive: true, force: true })
  mkdirSync(pages, { recursive: true })
  copyFileSync(join(web, '../icon.svg'), join(pages, 'icon.svg'))
  const names = readdirSync(explain).filter(
    (name) => name.endsWith('.md') && readFileSync(join(explain, name), 'utf8').includes('<shardless-lab'),
  )
  const written = names.map((name) => writePage(join(explain, name), names))
  const static_ = readFileSync(join(web, 'index.html'), 'utf8')
    .replace(/\s*<a id="town".*<\/a>/, '')
    .replaceAll('"./main.ts"', `"${join(web, 'main.ts')}"`)
    .replaceAll('"./lab.css"', `"${join(web, 'lab.css')}"`)
    .replaceAll('"../icon.svg"', '"./icon.svg"')
    .replace('<h2 id="quiz-title">', `${explanations(written)}<h2 id="quiz-title">`)
  writeFileSync(join(pages, 'index.html'), static_)
  const input = [join(pages, 'index.html'), ...written]
  await build({
    configFile: false,
    root: pages,
    base: './',
    logLevel: 'warn',
    build: {
      outDir: target,
      emptyOutDir: true,
      target: 'es2023',
      chunkSizeWarningLimit: 2000,
      rolldownOptions: { input },
    },
    resolve: { conditions: ['shardless-source', 'browser', 'module', 'import', 'default'] },
  })
  return input.map((file) => basename(file))
}

/**
 * Writes one page of docs/explain as HTML, with its laboratories. Links to pages that the site has not are left out.
 *
 * @param names  of the pages that the site has, as they are in docs/explain
 */
function writePage(file: string, names: readonly string[]): string {
  const text = readFileSync(file, 'utf8')
  const title = /^# (.*)$/m.exec(text)?.[1] ?? basename(file, '.md')
  const body = marked
    .parse(text, { async: false })
    .replace(/<a href="([^"]+\.md)">(.*?)<\/a>/gs, (_, to: string, words: string) =>
      names.includes(to) ? `<a href="${to.replace(/md$/, 'html')}">${words}</a>` : words,
    )
  const page = join(pages, `${basename(file, '.md')}.html`)
  writeFileSync(
    page,
    `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>${title} · Shardless</title>
    <link rel="icon" href="./icon.svg" />
    <link rel="stylesheet" href="${join(web, 'lab.css')}" />
  </head>
  <body>
    <main>${body}<p><a href="./index.html">The laboratory</a></p></main>
    <script type="module" src="${join(web, 'element.ts')}"></script>
  </body>
</html>
`,
  )
  return page
}

function explanations(written: readonly string[]): string {
  const links = written
    .map((file) => basename(file))
    .map((name) => `<li><a href="./${name}">${basename(name, '.html')}</a></li>`)
  return links.length === 0 ? '' : `<h2>Explanations</h2><ul>${links.join('')}</ul>`
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { values, positionals } = parseArgs({
    options: { help: { type: 'boolean', short: 'h' } },
    allowPositionals: true,
  })
  if (values.help || positionals.length > 1) console.log(usage)
  else {
    const target = resolve(positionals[0] ?? join(root, 'build/lab'))
    const names = await buildLab(target)
    console.log(`The laboratory is in ${target}: ${names.join(', ')}. Any web server can show it.`)
  }
}
