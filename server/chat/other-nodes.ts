import type { Node } from "./node.ts";
import { noticesTopic } from "./notice-watch.ts";
import { gossipPresence } from "./presence-gossip.ts";
import { pushHere, pushQuestion } from "./push.ts";
import { receiveDeliveries } from "./remote-delivery.ts";
import { disconnectHere, disconnectQuestion, readSessions, sessionsQuestion } from "./session-list.ts";
import { waitersTopic } from "./waiters.ts";

/** Begins to listen to the other nodes; answers what says goodbye to them. */
export function joinOthers(node: Node): () => void {
  const { id, bus, log, presence, questions } = node;
  questions.answer(pushQuestion, (order) => pushHere(node, order));
  questions.answer(sessionsQuestion, (wanted) => readSessions(node, wanted));
  questions.answer(disconnectQuestion, (wanted) => disconnectHere(node, wanted));
  const leave = [
    receiveDeliveries(node),
    refreshOnWord(node, waitersTopic, node.waiters),
    refreshOnWord(node, noticesTopic, node.notices),
    ...(node.config.redisUrl === null ? [] : [gossipPresence({ id, bus, log, board: presence })]),
  ];
  return () => {
    for (const step of leave) step();
  };
}

/* Another node says that something changed. If it cannot be read now, the next sweep reads it. */
function refreshOnWord(node: Node, topic: string, kept: { refresh(node: Node): Promise<void> }): () => void {
  return node.bus.subscribe(topic, () => {
    kept.refresh(node).catch((error: unknown) => node.log.debug({ err: error, topic }, "what another node changed could not be read yet"));
  });
}
