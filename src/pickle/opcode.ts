/** The opcodes of pickles, protocols 0 to 5, by Python's own names. Source: Python's Lib/pickletools.py. */
export const OP = {
  MARK: 0x28,
  STOP: 0x2e,
  POP: 0x30,
  POP_MARK: 0x31,
  DUP: 0x32,
  FLOAT: 0x46,
  INT: 0x49,
  BININT: 0x4a,
  BININT1: 0x4b,
  LONG: 0x4c,
  BININT2: 0x4d,
  NONE: 0x4e,
  REDUCE: 0x52,
  STRING: 0x53,
  BINSTRING: 0x54,
  SHORT_BINSTRING: 0x55,
  UNICODE: 0x56,
  BINUNICODE: 0x58,
  APPEND: 0x61,
  GLOBAL: 0x63,
  DICT: 0x64,
  EMPTY_DICT: 0x7d,
  APPENDS: 0x65,
  GET: 0x67,
  BINGET: 0x68,
  LONG_BINGET: 0x6a,
  LIST: 0x6c,
  EMPTY_LIST: 0x5d,
  PUT: 0x70,
  BINPUT: 0x71,
  LONG_BINPUT: 0x72,
  SETITEM: 0x73,
  TUPLE: 0x74,
  EMPTY_TUPLE: 0x29,
  SETITEMS: 0x75,
  BINFLOAT: 0x47,
  BINBYTES: 0x42,
  SHORT_BINBYTES: 0x43,
  PROTO: 0x80,
  TUPLE1: 0x85,
  TUPLE2: 0x86,
  TUPLE3: 0x87,
  NEWTRUE: 0x88,
  NEWFALSE: 0x89,
  LONG1: 0x8a,
  LONG4: 0x8b,
  SHORT_BINUNICODE: 0x8c,
  BINUNICODE8: 0x8d,
  BINBYTES8: 0x8e,
  MEMOIZE: 0x94,
  FRAME: 0x95,
} as const

/**
 * Those that name something of the reader's program, call it, or ask it for something outside the pickle. A pickle of
 * data has none of them but the two exact forms in which Python 3 writes bytes at protocols 0 to 2.
 */
export const CALLING: ReadonlySet<number> = new Set([
  0x50, // PERSID
  0x51, // BINPERSID
  0x52, // REDUCE
  0x62, // BUILD
  0x63, // GLOBAL
  0x69, // INST
  0x6f, // OBJ
  0x81, // NEWOBJ
  0x82, // EXT1
  0x83, // EXT2
  0x84, // EXT4
  0x92, // NEWOBJ_EX
  0x93, // STACK_GLOBAL
  0x97, // NEXT_BUFFER
  0x98, // READONLY_BUFFER
])
