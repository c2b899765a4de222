import { textDialect } from './text-dialect.ts'

/** The village in lines: `shardless serve --game server.node.ts --dialect dialect.ts --listen text+tcp://127.0.0.1:4100` */
export default textDialect({ walk: (east, north) => ({ east, north }), name: ({ name }) => String(name) })
