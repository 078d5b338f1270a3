import * as z from "zod/mini";
import { createStore, type StoreApi } from "zustand/vanilla";
import { availability } from "#protocol/objects.ts";

/** Narrowest and widest list. */
export const listWidths = { min: 280, usual: 320, max: 420 } as const;

const settings = z.object({
  listWidth: z._default(z.number().check(z.minimum(listWidths.min), z.maximum(listWidths.max)), listWidths.usual),
  density: z._default(z.enum(["comfortable", "compact"]), "comfortable"),
  panelOpen: z._default(z.boolean(), true),
  panelTab: z._default(z.enum(["contact", "online"]), "contact"),
  availability: z._default(availability, "online"),
  muted: z._default(z.boolean(), false),
  /** Loudness of the tones, 0 to 1. */
  volume: z._default(z.number().check(z.minimum(0), z.maximum(1)), 0.7),
  /** Desktop notifications, once the browser permits them. */
  desktop: z._default(z.boolean(), true),
  /** Single letters and signs as shortcuts (WCAG 2.1.4). */
  bareKeys: z._default(z.boolean(), true),
  /** What sends: Enter, or Ctrl/⌘ and Enter. */
  sendKey: z._default(z.enum(["enter", "mod"]), "enter"),
});

/** How one person likes the console on this browser. */
export type Settings = z.infer<typeof settings>;
export type SettingsStore = StoreApi<Settings>;

const storageKey = "xiaoer.console";
const usual = settings.parse({});

/** The settings of this browser, kept as they change; `follow` takes in what another tab changed. */
export function createSettings(storage: Pick<Storage, "getItem" | "setItem"> | null) {
  const store: SettingsStore = createStore<Settings>(() => read(storage));
  let kept = "";
  store.subscribe((state) => {
    const text = JSON.stringify(state);
    if (text === kept) return;
    kept = text;
    try {
      storage?.setItem(storageKey, text);
    } catch {
      /* Full or forbidden: the settings last as long as the page. */
    }
  });
  const follow = ({ key }: Pick<StorageEvent, "key">) => {
    if (key !== storageKey) return;
    const next = read(storage);
    kept = JSON.stringify(next);
    store.setState(next);
  };
  return { store, follow };
}

/* One value that does not fit must not cost the others. */
function read(storage: Pick<Storage, "getItem"> | null): Settings {
  try {
    const kept: unknown = JSON.parse(storage?.getItem(storageKey) ?? "{}");
    if (typeof kept !== "object" || kept === null) return usual;
    const good = Object.entries(kept).filter(([name, value]) => settings.safeParse({ [name]: value }).success);
    return settings.parse(Object.fromEntries(good));
  } catch {
    return usual;
  }
}
