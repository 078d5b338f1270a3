import { createRevocation } from "#server/auth/revocation.ts";
import { limitsOf } from "#server/auth/limits.ts";
import { createBatchLoader } from "./batch-loader.ts";
import { createDelivery } from "./delivery.ts";
import { createHooks } from "./hooks.ts";
import { readEpoch } from "./epoch.ts";
import { createRecentChanges } from "./heads.ts";
import { deliverNews, newsOf } from "./message-delivery.ts";
import { createMessageWriter } from "./message-writer.ts";
import type { Node } from "./node.ts";
import { createNoticeWatch } from "./notice-watch.ts";
import { createNoticeCounts, tellNoticeCounts } from "./notices.ts";
import { createPresenceBoard } from "./presence-board.ts";
import { createQuestions } from "./questions.ts";
import { RecentMap } from "./recent-map.ts";
import { createSessions } from "./sessions.ts";
import { endRevoked } from "./upkeep.ts";
import { createWaiterRoom } from "./waiters.ts";
import type { Platform } from "#server/platform.ts";
import { createWebhookRegistry } from "./webhook-registry.ts";
import { createTold } from "./told.ts";

/** Makes the chat of one node on its platform and reads what it keeps in memory. Opens no port. */
export async function createNode(platform: Platform): Promise<Node> {
  const { bus, log, database } = platform;
  const { epoch, edge } = await readEpoch(platform);
  const told = createTold(edge);
  const delivery = createDelivery({ bus, log, told });
  const hooks = createHooks(log);
  const sessions = createSessions(hooks.moved);
  const node: Node = {
    ...platform,
    limits: limitsOf(platform),
    revocation: createRevocation(platform, {
      liveIdentities: function* () {
        for (const session of sessions.all()) yield session.identity;
      },
      onRevoked: (revoked) => endRevoked(node, revoked),
    }),
    sessions,
    hooks,
    delivery,
    told,
    writer: createMessageWriter({
      pool: database.pool,
      told: () => node.webhooks.wants("message.created"),
      onCommitted: (placed) => {
        for (const { draft } of placed) platform.metrics.messages.inc({ sender: draft.senderRole, channel: "chat" });
        deliverNews(node, newsOf(placed));
        const [first] = placed;
        if (first !== undefined) platform.metrics.messageDelivery.observe({ path: "local" }, Math.max(0, Date.now() - first.at.getTime()) / 1_000);
      },
    }),
    presence: createPresenceBoard(delivery),
    questions: createQuestions(platform),
    waiters: createWaiterRoom(),
    notices: createNoticeWatch(),
    noticeCounts: createNoticeCounts((noticeId) => tellNoticeCounts(node, noticeId)),
    webhooks: createWebhookRegistry(),
    recentChanges: createRecentChanges(),
    currentConversations: new RecentMap(50_000),
    newestConversations: createBatchLoader((customerIds) => findNewest(platform, customerIds), null),
    epoch,
    draining: false,
  };
  await node.waiters.refresh(node);
  await node.notices.refresh(node);
  await node.webhooks.refresh(node);
  return node;
}

async function findNewest({ database }: Platform, customerIds: string[]): Promise<Map<string, string | null>> {
  const { rows } = await database.pool.query<{ customerId: string; id: string }>({
    name: "newest-conversations",
    text: `select distinct on ("customerId") "customerId", id from "Conversation" where "customerId" = any($1::uuid[])
            order by "customerId", "createdAt" desc, id desc`,
    values: [customerIds],
  });
  return new Map(rows.map((row) => [row.customerId, row.id]));
}
