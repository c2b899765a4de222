/**
 * Waits for Ctrl-C (or a polite kill). A second one does not wait for anything any more.
 *
 * @param seconds  stops by itself after so long; 0 never
 */
export function untilStopped(seconds = 0): Promise<void> {
  return new Promise((resolve) => {
    const timer = seconds > 0 ? setTimeout(stop, seconds * 1000) : undefined
    // What fails before the time is up ends at once: the timer alone keeps nothing alive.
    timer?.unref()
    let isStopping = false
    function stop(): void {
      if (isStopping) process.exit(130)
      isStopping = true
      clearTimeout(timer)
      resolve()
    }
    process.on('SIGINT', stop)
    process.on('SIGTERM', stop)
  })
}
