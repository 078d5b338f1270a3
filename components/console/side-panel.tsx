"use client";

import X from "lucide-react/icons/x";
import { useEffect, useRef } from "react";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { useChat } from "#components/realtime/hooks.ts";
import { IconButton } from "#components/ui/icon-button.tsx";
import { TabPanel, Tabs } from "#components/ui/tabs.tsx";
import { ContactPanel } from "./contact-panel.tsx";
import { OnlinePanel } from "./online-panel.tsx";
import { usePanel } from "./use-panel.ts";
import { useSettingsStore } from "./use-settings.tsx";

/** Who the customer is, and who is online; beside the thread or above it. */
export function SidePanel() {
  const t = useTranslations("console.panel");
  const { isBeside, isOpen, setOpen } = usePanel();
  if (!isOpen) return null;
  if (isBeside) {
    return (
      <aside aria-label={t("label")} className="flex w-80 shrink-0 flex-col border-l border-line bg-surface">
        <PanelTabs />
      </aside>
    );
  }
  return <Overlay onClose={() => setOpen(false)} />;
}

function Overlay({ onClose }: { onClose: () => void }) {
  const t = useTranslations("console.panel");
  const pane = useRef<HTMLElement>(null);
  const before = useRef<Element | null>(null);
  useEffect(() => {
    before.current = document.activeElement;
    pane.current?.focus();
    return () => {
      if (before.current instanceof HTMLElement) before.current.focus();
    };
  }, []);
  return (
    <>
      <button type="button" aria-label={t("close")} tabIndex={-1} className="fixed inset-0 z-20 animate-appear cursor-default! bg-scrim" onClick={onClose} />
      <aside
        ref={pane}
        aria-label={t("label")}
        tabIndex={-1}
        className="fixed inset-y-0 right-0 z-20 flex w-80 max-w-[calc(100vw-3rem)] animate-appear flex-col bg-surface shadow-e3 outline-none"
      >
        <PanelTabs />
      </aside>
    </>
  );
}

function PanelTabs() {
  const t = useTranslations("console.panel");
  const store = useSettingsStore();
  const { tab, setOpen } = usePanel();
  const counts = useChat((state) => state.presence.counts);
  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      <Tabs
        label={t("label")}
        value={tab}
        onChange={(next) => store.setState({ panelTab: next })}
        tabs={[
          { value: "contact", label: t("contact") },
          { value: "online", label: t("online"), count: counts.customers + counts.agents },
        ]}
        className="flex min-h-0 flex-1 flex-col [&>[role=tablist]]:h-13 [&>[role=tablist]]:items-end [&>[role=tablist]]:pr-11"
      >
        <TabPanel value="contact" className="scrollbar-thin min-h-0 flex-1 overflow-y-auto outline-none">
          <ContactPanel />
        </TabPanel>
        <TabPanel value="online" className="scrollbar-thin min-h-0 flex-1 overflow-y-auto outline-none">
          <OnlinePanel />
        </TabPanel>
      </Tabs>
      <div className="absolute top-2.5 right-2">
        <IconButton label={t("close")} shortcut="]" onClick={() => setOpen(false)}>
          <X size={16} />
        </IconButton>
      </div>
    </div>
  );
}
