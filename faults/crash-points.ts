/**
 * Where a node dies on purpose, in the order of a batch's way: before the statement is sent; while nobody knows whether
 * it was committed; committed but nobody told; its own people told but no other node; other nodes told but the senders
 * not; after the senders were told. Whoever is acknowledged is told after everybody else was, so there is no point
 * between an acknowledgement and a delivery.
 */
export const crashPoints = ["before_commit", "in_batch", "after_commit", "before_publish", "before_ack", "after_ack"] as const;
export type CrashPoint = (typeof crashPoints)[number];
