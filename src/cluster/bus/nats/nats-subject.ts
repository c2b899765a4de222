/**
 * The subjects of a world on NATS, made here and nowhere else. What is said to one process and what a topic carries lie
 * apart, so that somebody who records all topics of a world in a stream answers no question by that.
 *
 *     shardless.WORLD.to.PROCESS                 messages to a process
 *     shardless.WORLD.topic.PROCESS.TOPIC...     a topic of a process
 */
export function inboxOf(world: string, process: string): string {
  return `shardless.${world}.to.${process}`
}

export function topicSubject(world: string, author: string, topic: string): string {
  return `shardless.${world}.topic.${author}.${topic}`
}
