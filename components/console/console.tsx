"use client";

import { useEffect, useState, useSyncExternalStore } from "react";
import { PicturesProvider } from "#components/chat/pictures-provider.tsx";
import { createClient } from "#components/realtime/client.ts";
import { ClientProvider, useChat, useClient } from "#components/realtime/hooks.ts";
import { staffTokens } from "#components/realtime/tokens.ts";
import { StaffProviders } from "#components/ui/staff-providers.tsx";
import { ComposerPortProvider } from "./composer-port.tsx";
import { ConnectionBar } from "./connection-bar.tsx";
import { ConsoleSkeleton } from "./console-skeleton.tsx";
import { KeysSheet } from "./keys-sheet.tsx";
import { ListPane } from "./list-pane.tsx";
import { MeContext, type Me } from "./me.tsx";
import { NoticeBar } from "#components/chat/notice-bar.tsx";
import { Palette } from "./palette.tsx";
import { Popups } from "./popups.tsx";
import { Rail } from "./rail.tsx";
import { SidePanel } from "./side-panel.tsx";
import { ThreadPane } from "./thread-pane.tsx";
import { TitleBadge } from "./title-badge.tsx";
import { useActions } from "./use-actions.ts";
import { useTellAvailability } from "./use-availability.ts";
import { useConsoleKeys } from "./use-console-keys.ts";
import { DraftsProvider } from "./use-drafts.tsx";
import { useMediaQuery } from "./use-panel.ts";
import { useRinger } from "./use-ringer.ts";
import { SettingsProvider, useSetting } from "./use-settings.tsx";
import { SoundProvider } from "#components/chat/use-sound.tsx";
import { useView, ViewProvider } from "./view.tsx";

/** The agent console: everything that the page `/console` shows. */
export function Console({ me }: { me: Me }) {
  // What this browser remembers, its clock and its sounds are unknown to the server: it draws the frame alone.
  const isBrowser = useSyncExternalStore(subscribeToNothing, () => true, () => false);
  const [client] = useState(() => createClient({ kind: "staff", tokens: staffTokens() }));
  if (!isBrowser) return <ConsoleSkeleton />;
  return (
    <MeContext value={me}>
      <ClientProvider client={client}>
        <StaffProviders>
          <SettingsProvider>
            <SoundProvider>
              <DraftsProvider>
                <ViewProvider>
                  <ComposerPortProvider>
                    <PicturesProvider>
                      <Frame />
                    </PicturesProvider>
                  </ComposerPortProvider>
                </ViewProvider>
              </DraftsProvider>
            </SoundProvider>
          </SettingsProvider>
        </StaffProviders>
      </ClientProvider>
    </MeContext>
  );
}

function Frame() {
  const client = useClient();
  const { selectedId } = useView();
  const notices = useChat((state) => state.notices);
  const listWidth = useSetting((settings) => settings.listWidth);
  const isBeside = useMediaQuery("(min-width: 45rem)");
  const actions = useActions();
  useConsoleKeys(actions);
  useRinger();
  useTellAvailability();
  useEffect(() => {
    client.watchPresence(true);
    return () => client.watchPresence(false);
  }, [client]);

  useEffect(() => {
    // Toasts stand above the composer, not on it.
    document.documentElement.style.setProperty("--toast-bottom", "7rem");
    return () => void document.documentElement.style.removeProperty("--toast-bottom");
  }, []);

  const isThread = selectedId !== null;
  return (
    <div className="flex h-dvh flex-col overflow-hidden bg-canvas text-ui">
      <ConnectionBar />
      <NoticeBar notices={notices} />
      <div className="flex min-h-0 flex-1">
        <Rail />
        <div className={isThread ? "w-full shrink-0 max-md:hidden" : "w-full shrink-0"} style={isBeside ? { width: listWidth } : undefined}>
          <ListPane />
        </div>
        <main className={isThread ? "min-w-0 flex-1" : "min-w-0 flex-1 max-md:hidden"}>
          <ThreadPane actions={actions} />
        </main>
        <SidePanel />
      </div>
      <TitleBadge />
      <Popups />
      <KeysSheet />
      <Palette />
    </div>
  );
}

function subscribeToNothing() {
  return () => {};
}
