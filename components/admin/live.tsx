"use client";

import { type InfiniteData, type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo } from "react";
import { useClient, useEvents } from "#components/realtime/hooks.ts";
import type { ServerEvent } from "#components/realtime/state.ts";
import type { Notice } from "#protocol/objects.ts";
import { noticeKey, noticesKey, receiptsKey, sessionsKey } from "./queries.ts";
import { throttle } from "./throttle.ts";

type NoticePage = { items: Notice[]; cursor: string | null };

/** Lists are read again at most this often, however many come and go. */
const rereadMs = 1_500;

/** Keeps what the pages have read in step with the server's events. */
export function LiveQueries() {
  const queries = useQueryClient();
  const client = useClient();
  const reread = useMemo(() => throttle(() => void queries.invalidateQueries({ queryKey: sessionsKey }), rereadMs), [queries]);
  const recount = useMemo(() => throttle(() => void queries.invalidateQueries({ queryKey: ["receipts"] }), rereadMs), [queries]);

  useEffect(
    () => () => {
      reread.stop();
      recount.stop();
    },
    [reread, recount],
  );
  useEffect(() => {
    client.watchPresence(true);
    return () => client.watchPresence(false);
  }, [client]);

  useEvents(
    useCallback(
      (event: ServerEvent) => {
        // What happened while there was no connection is in no event.
        if (event.name === "hello") void queries.invalidateQueries();
        else if (event.name === "presence:changed") reread.call();
        else if (event.name === "notice:updated") {
          takeNotice(queries, event.payload.notice);
          recount.call();
        } else if (event.name === "notice:withdrawn") void queries.invalidateQueries({ queryKey: noticesKey });
      },
      [queries, reread, recount],
    ),
  );
  return null;
}

/** Puts the newest state of a notice wherever it is shown. */
export function takeNotice(queries: QueryClient, notice: Notice): void {
  queries.setQueryData<Notice>(noticeKey(notice.id), (known) => (known === undefined ? undefined : mergeNotice(known, notice)));
  const list = queries.getQueryData<InfiniteData<NoticePage>>(noticesKey);
  if (list === undefined) return;
  if (!list.pages.some(({ items }) => items.some(({ id }) => id === notice.id))) {
    void queries.invalidateQueries({ queryKey: noticesKey });
    return;
  }
  const pages = list.pages.map((page) => ({ ...page, items: page.items.map((known) => (known.id === notice.id ? mergeNotice(known, notice) : known)) }));
  queries.setQueryData<InfiniteData<NoticePage>>(noticesKey, { ...list, pages });
}

/** Takes a notice out of everything: it is deleted. */
export function dropNotice(queries: QueryClient, id: string): void {
  queries.removeQueries({ queryKey: noticeKey(id) });
  queries.removeQueries({ queryKey: receiptsKey(id) });
  queries.setQueryData<InfiniteData<NoticePage>>(noticesKey, (list) =>
    list && { ...list, pages: list.pages.map((page) => ({ ...page, items: page.items.filter((notice) => notice.id !== id) })) },
  );
}

/* Events for an audience carry no counts. */
function mergeNotice(known: Notice, { counts = known.counts, ...notice }: Notice): Notice {
  return counts === undefined ? notice : { ...notice, counts };
}
