import { setUpPrograms } from './programs.mjs'

export { findProgram as findBrowser, sayMissing } from './programs.mjs'

/**
 * Chromium without all that belongs to a window: it shows the same pages by the same engine, for a third of the CPU time.
 *
 * @type {import('./programs.mjs').Program}
 */
export const headlessShell = {
  name: "Chromium's headless shell",
  variable: 'CHROMIUM_HEADLESS_SHELL',
  debian: 'chromium-headless-shell',
  names: ['chromium-headless-shell', 'chrome-headless-shell'],
  places: [],
  without: 'until then the browser tests take the whole of Chromium, which is slower',
}

/** @type {import('./programs.mjs').Program} */
export const chromium = {
  name: 'Chromium',
  variable: 'CHROMIUM',
  debian: 'chromium',
  names: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
  places: [
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  ],
  without: 'until then browser tests fail',
}

/** @type {import('./programs.mjs').Program} */
export const firefox = {
  name: 'Firefox',
  variable: 'FIREFOX',
  debian: 'firefox-esr',
  names: ['firefox-esr', 'firefox'],
  places: ['/Applications/Firefox.app/Contents/MacOS/firefox'],
  without: 'until then what runs in it is left out of the tests',
}

/** Tests in Chromium fail where there is none, those in Firefox are left out, the others run. */
export function setUpBrowsers() {
  return setUpPrograms([headlessShell, chromium, firefox])
}
