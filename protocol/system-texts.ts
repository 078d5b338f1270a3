/**
 * The lines that the server writes into a conversation. They are stored in the customer's language;
 * `readSystemText` recognises them, so that a client can show them in its own.
 */
export type SystemEvent = "assigned" | "transferred" | "unassigned" | "resolved" | "reopened";
export type SystemLocale = "zh-CN" | "en";

/* "{name}" is the member of staff whom the line is about. */
const texts: Record<SystemLocale, Record<SystemEvent, string>> = {
  "zh-CN": {
    assigned: "客服 {name} 为您服务",
    transferred: "已为您转接客服 {name}",
    unassigned: "正在为您安排其他客服",
    resolved: "本次会话已结束",
    reopened: "会话已重新开始",
  },
  en: {
    assigned: "{name} is taking care of your request",
    transferred: "You have been transferred to {name}",
    unassigned: "We are finding another colleague for you",
    resolved: "This conversation was closed",
    reopened: "This conversation was reopened",
  },
};

export function writeSystemText(locale: string, event: SystemEvent, name = ""): string {
  return texts[locale.startsWith("zh") ? "zh-CN" : "en"][event].replace("{name}", () => name);
}

/** Which line this is and whom it names; null for a text that is none of them. */
export function readSystemText(text: string): { event: SystemEvent; name: string } | null {
  for (const table of [texts["zh-CN"], texts.en]) {
    for (const [event, template] of systemEntries(table)) {
      const [before = "", after] = template.split("{name}");
      if (after === undefined) {
        if (text === before) return { event, name: "" };
      } else if (text.startsWith(before) && text.endsWith(after) && text.length >= before.length + after.length) {
        return { event, name: text.slice(before.length, text.length - after.length) };
      }
    }
  }
  return null;
}

function systemEntries(table: Record<SystemEvent, string>): [SystemEvent, string][] {
  return (["transferred", "assigned", "unassigned", "resolved", "reopened"] as const).map((event) => [event, table[event]]);
}
