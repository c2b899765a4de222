/**
 * pickle: values of Python, read as data and written for Python 2 and 3. It is not for Python's objects: whatever
 * names or calls something is refused.
 *
 *     bytes --readPickle--> PickleValue | why not        PickleValue --writePickle--> bytes of protocol 2
 */
export { type PickleBounds, type PickleProblem, type PickleRead, readPickle } from './reader.ts'
export { type PickleDict, PickleTuple, type PickleValue } from './value.ts'
export { PickleWriter, writePickle } from './writer.ts'
