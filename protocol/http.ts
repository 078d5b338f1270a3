import * as z from "zod/mini";

import { messageContent } from "./commands.ts";
import { gatewayNames } from "./gateways.ts";
import { limits } from "./limits.ts";
import { id, line, noticeAudience, noticeLevel, page, role, staffRole, time, user } from "./objects.ts";

/** Request and answer bodies of the HTTP routes that are not commands. */

const email = z.email().check(z.maxLength(limits.emailCharacters));
const password = line(limits.passwordMinCharacters, limits.passwordCharacters);
const name = line(1, limits.nameCharacters);

export const grant = z.object({ token: z.string(), expiresAt: time, user });
export const loginBody = z.object({
  email: z.string().check(z.maxLength(limits.emailCharacters)),
  password: z.string().check(z.maxLength(limits.passwordCharacters)),
});
export const guestBody = z.object({ name: z.optional(name), locale: z.optional(z.string().check(z.maxLength(35))) });
export const identifyBody = z.object({ identity: z.string().check(z.maxLength(8_192)) });
export const logoutBody = z.object({ everywhere: z.optional(z.boolean()) });
export const ticketAnswer = z.object({ ticket: z.string(), expiresAt: time });

/** A token for clients that can only put it into the address. Lives a day unless said otherwise. */
export const gatewayTokenBody = z.object({
  gateways: z.array(z.enum(gatewayNames)).check(z.minLength(1), z.maxLength(gatewayNames.length)),
  expiresInS: z.optional(z.int().check(z.minimum(1), z.maximum(limits.gatewayTokenS))),
});
/** `id` names it for `DELETE /api/v1/auth/gateway/{id}`. */
export const gatewayTokenAnswer = z.object({ id, token: z.string(), expiresAt: time });

/** A user by our id, or by the host's as `ext:<id>`. */
export const userRef = z.union([id, line(5, 204).check(z.regex(/^ext:/))]);

export const pushBody = z.object({
  to: z.object({
    userIds: z.optional(z.array(userRef).check(z.maxLength(1_000))),
    role: z.optional(z.enum(["customer", "agent", "admin", "waiter", "staff"])),
    sessionIds: z.optional(z.array(id).check(z.maxLength(1_000))),
    everyone: z.optional(z.literal(true)),
  }),
  type: line(1, 100),
  content: z.unknown(),
});
export const pushAnswer = z.object({ delivered: z.int(), offline: z.array(z.string()) });

export const messagesBody = z.intersection(
  z.object({
    to: z.object({ userIds: z.array(userRef).check(z.minLength(1), z.maxLength(1_000)) }),
    clientMsgId: id,
  }),
  messageContent,
);

export const noticeFields = {
  title: line(1, limits.titleCharacters),
  body: line(1, limits.noticeBodyCharacters),
  level: noticeLevel,
  audience: noticeAudience,
  requireAck: z.optional(z.boolean()),
  startsAt: z.optional(z.nullable(time)),
  endsAt: z.optional(z.nullable(time)),
} as const;
export const noticeBody = z.object(noticeFields);
export const noticePatch = z.partial(z.object(noticeFields));

/** A member of staff as the admin pages see it. */
export const staffUser = z.object({
  id,
  role: staffRole,
  name: z.string(),
  avatarUrl: z.nullable(z.string()),
  email: z.string(),
  disabled: z.boolean(),
  externalId: z.nullable(z.string()),
});
/** The same where it is made: a password that nobody gave is shown this once. */
export const madeStaffUser = z.extend(staffUser, { password: z.optional(z.string()) });
const externalId = z.nullable(line(1, 200));
export const userBody = z.object({
  email,
  name,
  role: staffRole,
  password: z.optional(password),
  externalId: z.optional(externalId),
});
export const userPatch = z.object({
  name: z.optional(name),
  role: z.optional(staffRole),
  disabled: z.optional(z.boolean()),
  password: z.optional(password),
  externalId: z.optional(externalId),
});

/** A live connection, as the sessions list shows it. */
export const sessionRow = z.object({
  id,
  user,
  gateway: z.string(),
  connectedAt: time,
  node: z.string(),
  /** Where a customer is on the site, as its page told. */
  page: z.nullable(page),
});

/** What one user did with a notice. */
export const noticeReceipt = z.object({
  userId: id,
  name: z.string(),
  role,
  deliveredAt: time,
  seenAt: z.nullable(time),
  dismissedAt: z.nullable(time),
  acknowledgedAt: z.nullable(time),
});

export type Grant = z.infer<typeof grant>;
export type GatewayTokenBody = z.infer<typeof gatewayTokenBody>;
export type PushBody = z.infer<typeof pushBody>;
export type MessagesBody = z.infer<typeof messagesBody>;
export type NoticeBody = z.infer<typeof noticeBody>;
export type NoticePatch = z.infer<typeof noticePatch>;
export type StaffUser = z.infer<typeof staffUser>;
export type MadeStaffUser = z.infer<typeof madeStaffUser>;
export type UserBody = z.infer<typeof userBody>;
export type UserPatch = z.infer<typeof userPatch>;
export type SessionRow = z.infer<typeof sessionRow>;
export type NoticeReceipt = z.infer<typeof noticeReceipt>;
