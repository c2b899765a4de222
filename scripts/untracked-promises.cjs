/**
 * Loaded before the test runner: has it track no promises. It tracks each by an asynchronous hook, to know of which test an
 * error is that nobody caught, and a simulation's promises take three times as long by that. Such an error still fails
 * its file, and says its stack.
 */
const hooks = require('node:async_hooks')

const { createHook } = hooks
hooks.createHook = (callbacks) => createHook({ ...callbacks, trackPromises: false })
