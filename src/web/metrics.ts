import { counter } from '../core/index.ts'

/** What answering over HTTP tells of itself. */
export const webMetrics = {
  requests: counter({
    name: 'shardless_http_requests_total',
    unit: 'requests',
    meaning: 'HTTP requests, refused ones too; WebSocket upgrades are not among them.',
  }),
  refused: counter({
    name: 'shardless_http_refused_total',
    unit: 'requests',
    meaning:
      'What was refused at the door: `sockets` beyond what one address may have, `requests` and `content` beyond its rate.',
    labels: ['reason'],
    values: ['sockets', 'requests', 'content'],
  }),
  tokens: counter({
    name: 'shardless_connect_tokens_total',
    unit: 'answers',
    meaning:
      'Connect tokens for UDP: `given`, or refused for a `limit` of connections, a `rate`, a missing `login`, or because accounts could not be looked up (`trouble`).',
    labels: ['answer'],
    values: ['given', 'limit', 'rate', 'login', 'trouble'],
  }),
}
