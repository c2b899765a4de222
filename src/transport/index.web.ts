/** transport in a browser (and wherever else there is a WebSocket of the platform): links over WebSocket. */
export { connectWebSocket } from './websocket/websocket.web.ts'
