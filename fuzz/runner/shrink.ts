/**
 * Finds a smaller input that still fails: first shorter, then with zeros where nothing else is needed.
 *
 * @param fails     whether an input fails; asked at most `triesMax` times
 */
export async function shrink(
  input: Uint8Array,
  fails: (input: Uint8Array) => Promise<boolean>,
  triesMax: number,
): Promise<Uint8Array> {
  let smallest = input
  let triesLeft = triesMax
  const offer = async (candidate: Uint8Array): Promise<void> => {
    if (triesLeft-- > 0 && (await fails(candidate.slice()))) smallest = candidate
  }

  for (let size = Math.ceil(input.length / 2); size >= 1 && triesLeft > 0; size = Math.floor(size / 2)) {
    // From the end, so that taking a piece out does not move the pieces still to be offered.
    for (let end = smallest.length; end > 0 && triesLeft > 0; ) {
      const start = Math.max(0, end - size)
      await offer(without(smallest, start, end))
      end = start
    }
  }
  for (let at = 0; at < smallest.length && triesLeft > 0; at++) {
    if (smallest[at] === 0) continue
    const candidate = smallest.slice()
    candidate[at] = 0
    await offer(candidate)
  }
  return smallest
}

function without(bytes: Uint8Array, start: number, end: number): Uint8Array {
  const result = new Uint8Array(bytes.length - (end - start))
  result.set(bytes.subarray(0, start))
  result.set(bytes.subarray(end), start)
  return result
}
