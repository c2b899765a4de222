/**
 * Loaded into npm, and only there, before npm itself: says the version of the pinned Node where npm runs on an older
 * one. npm leaves out optional packages whose `engines` exclude the Node it runs on, but what it installs here runs on
 * the pinned one. Node 18 would otherwise miss the bundler's native part.
 */
const pinned = process.env.SHARDLESS_NODE_VERSION
const major = (/** @type {string} */ version) => Number(version.slice(1).split('.')[0])

if (pinned !== undefined && major(process.version) < major(pinned)) {
  Object.defineProperty(process, 'version', { value: pinned })
}

// What npm starts is not npm.
process.env.NODE_OPTIONS = process.env.SHARDLESS_NODE_OPTIONS
