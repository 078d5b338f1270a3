import { apiKeyRoutes } from "./api-key-routes.ts";
import { attachmentRoutes } from "./attachment-routes.ts";
import { authRoutes } from "./auth-routes.ts";
import { commandRoutes } from "./command-routes.ts";
import { conversationRoutes } from "./conversation-routes.ts";
import { createDocsRoutes } from "./docs-routes.ts";
import { messagingRoutes } from "./messaging-routes.ts";
import { noticeRoutes } from "./notice-routes.ts";
import type { Route } from "./route.ts";
import { sessionRoutes } from "./session-routes.ts";
import { userRoutes } from "./user-routes.ts";
import { waiterRoutes } from "./waiter-routes.ts";
import { webhookRoutes } from "./webhook-routes.ts";

const described: readonly Route[] = [
  ...authRoutes,
  ...commandRoutes,
  ...messagingRoutes,
  ...waiterRoutes,
  ...sessionRoutes,
  ...conversationRoutes,
  ...noticeRoutes,
  ...userRoutes,
  ...apiKeyRoutes,
  ...webhookRoutes,
  ...attachmentRoutes,
];

/** Every route of CONTRACT.md sections 2 and 4. A GET never changes anything. */
export const routes: readonly Route[] = [...described, ...createDocsRoutes(described)];
