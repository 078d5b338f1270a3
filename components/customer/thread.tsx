"use client";

import { useConnection, usePending, useChat, useThread } from "#components/realtime/hooks.ts";
import { Greeting } from "./greeting.tsx";
import { MessageLog } from "./message-log.tsx";
import { ThreadSkeleton } from "./thread-skeleton.tsx";

/** The conversation as far as it is known: a greeting where there is none, a skeleton while that is unknown. */
export function Thread() {
  const thread = useThread(null);
  const pending = usePending(null);
  const isReady = useChat((state) => state.ready);
  const { visible } = useConnection();
  if (thread?.loaded === true || pending.length > 0) return <MessageLog thread={thread} pending={pending} />;
  if (isReady && thread === undefined) return <Greeting />;
  // Who waits for a line that does not come is greeted too: writing works already.
  return visible && thread === undefined ? <Greeting /> : <ThreadSkeleton />;
}
