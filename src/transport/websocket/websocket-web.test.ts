import { connectWebSocket } from '../index.web.ts'
import { linkSuite } from '../link.suite.ts'
import { socketStage } from '../socket-stage.suite.ts'
import { webSocketLinks } from './websocket-town.suite.ts'

// Node has the browser's WebSocket too, so what a page runs is held to the rules here.
linkSuite({
  name: 'WebSocket of the platform',
  isReliable: true,
  clientCanPause: false,
  stage: (options) => socketStage({ ...webSocketLinks, connect: connectWebSocket }, options),
})
