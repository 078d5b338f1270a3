"use client";

import { useMemo } from "react";
import { useClient } from "#components/realtime/hooks.ts";
import { useShortcuts } from "#components/ui/use-shortcuts.ts";
import { isBare } from "#components/ui/shortcuts.ts";
import { useComposerPort } from "./composer-port.tsx";
import { keyGroups } from "./keys.ts";
import { isClaimable, type Actions } from "./use-actions.ts";
import { useMediaQuery, usePanel } from "./use-panel.ts";
import { useSetting } from "./use-settings.tsx";
import { useTakeNext, useWalk } from "./use-walk.ts";
import { useView } from "./view.tsx";

const allKeys: readonly string[] = keyGroups.flatMap(({ keys }) => keys.flatMap((one) => [...one.keys]));
const bareKeys: ReadonlySet<string> = new Set(allKeys.filter((keys) => isBare(keys)));
const none: ReadonlySet<string> = new Set();

/** The console's shortcuts (see `keyGroups`). */
export function useConsoleKeys(actions: Actions): void {
  const client = useClient();
  const { selectedId, select, setSheet, setSearching, searching, overlay, setOverlay } = useView();
  const walk = useWalk();
  const takeNext = useTakeNext();
  const panel = usePanel();
  const port = useComposerPort();
  const hasBare = useSetting((settings) => settings.bareKeys);
  const isBeside = useMediaQuery("(min-width: 45rem)");
  const current = () => (selectedId === null ? undefined : client.store.getState().conversations.get(selectedId));
  const press = (action: string) => document.querySelector<HTMLElement>(`[data-action="${action}"]`)?.click();

  const claim = () => {
    const row = current();
    if (row !== undefined && isClaimable(row)) void actions.claim(row.id);
  };
  const resolve = async (andNext: boolean) => {
    const row = current();
    if (row === undefined) return;
    if (row.status === "resolved") await actions.reopen(row.id);
    else if (andNext) {
      walk(1);
      await actions.resolve(row.id);
    } else await actions.resolve(row.id);
  };
  const back = () => {
    if (overlay) setOverlay(false);
    else if (document.activeElement?.closest("[data-composer]")) port.blur();
    else if (searching) setSearching(false);
    else if (selectedId === null) return false;
    else if (isBeside) document.querySelector<HTMLElement>(`[data-conversation="${selectedId}"]`)?.focus();
    else select(null);
    return true;
  };

  const disabled = useMemo(() => (hasBare ? none : bareKeys), [hasBare]);
  useShortcuts(
    {
      J: () => walk(1),
      K: () => walk(-1),
      "Alt+ArrowDown": () => walk(1),
      "Alt+ArrowUp": () => walk(-1),
      // A link or button that has the focus keeps its Enter.
      Enter: () => document.activeElement === document.body && selectedId !== null && port.focus(null),
      Escape: back,
      "/": () => setSearching(true),
      Q: () => void takeNext(),
      M: claim,
      A: () => press("transfer"),
      Z: () => press("snooze"),
      "Alt+M": () => press("snooze"),
      "Alt+E": () => void resolve(false),
      "Ctrl+Alt+E": () => void resolve(true),
      R: () => port.focus("reply"),
      N: () => port.focus("note"),
      "Alt+L": () => port.focus("reply"),
      "Alt+P": () => port.focus("note"),
      "Ctrl+Alt+A": () => port.attach(),
      "Mod+K": () => setSheet("palette"),
      "]": () => panel.toggle(),
      "Alt+O": () => panel.toggle(),
      "?": () => setSheet("keys"),
    },
    { disabled },
  );
}
