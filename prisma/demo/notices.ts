import type { Notice } from "#protocol/objects.ts";

type Wanted = Pick<Notice, "title" | "body" | "level" | "audience" | "requireAck" | "status"> & {
  /** Hours since it was written; since it went out, if it has; until it begins and ends. */
  readonly writtenAgo: number;
  readonly startsIn?: number;
  readonly endsIn?: number;
  /** Of ten people whom it reached, how many saw, confirmed and put it away. */
  readonly seen?: number;
  readonly acknowledged?: number;
  readonly dismissed?: number;
};

/** Notices in each of their states, the oldest first. */
export const notices: readonly Wanted[] = [
  {
    title: "发货时间调整", body: "仓库盘点，今明两天暂停发货，之后按下单顺序发出。客服照常在线。",
    level: "info", audience: "customers", requireAck: false, status: "withdrawn", writtenAgo: 140, seen: 9, dismissed: 6,
  },
  {
    title: "大促当晚排班", body: "今晚 20:00 起全员在岗，接待人员请提前十分钟上线，并测试提示音。",
    level: "urgent", audience: "staff", requireAck: true, status: "published", writtenAgo: 76, endsIn: -20, seen: 10, acknowledged: 10, dismissed: 10,
  },
  {
    title: "退换货流程有更新", body: "破损件不再要求寄回，凭照片直接补发。补发单请在备注里写上编号。",
    level: "warning", audience: "staff", requireAck: true, status: "published", writtenAgo: 27, seen: 10, acknowledged: 7,
  },
  {
    title: "新茶到店 · New teas are here", body: "单丛和大红袍已上架，会员两罐起九折。\nMembers get 10 % off from two tins.",
    level: "info", audience: "customers", requireAck: false, status: "published", writtenAgo: 20, endsIn: 9 * 24, seen: 7, dismissed: 3,
  },
  {
    title: "系统维护通知", body: "届时将升级服务器，大约一小时，消息会稍有延迟，但不会丢失。",
    level: "warning", audience: "everyone", requireAck: false, status: "scheduled", writtenAgo: 4, startsIn: 40, endsIn: 49,
  },
  {
    title: "春节放假安排", body: "（草稿）除夕至初六放假，客服在线时间 10:00 至 18:00。",
    level: "info", audience: "customers", requireAck: false, status: "draft", writtenAgo: 1,
  },
];
