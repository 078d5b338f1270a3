"use client";

import { useState } from "react";
import { PicturesProvider } from "#components/chat/pictures-provider.tsx";
import { SoundProvider } from "#components/chat/use-sound.tsx";
import { useLocale } from "#components/i18n/use-translations.ts";
import { createCustomerClient } from "#components/realtime/customer-client.ts";
import { ClientProvider } from "#components/realtime/hooks.ts";
import { customerTokens } from "#components/realtime/tokens.ts";
import { ChatDesk } from "./chat-desk.tsx";
import { WritingProvider } from "./use-writing.tsx";

/** Everything that the page `/` shows: a customer's conversation with the shop. */
export function CustomerPage() {
  const locale = useLocale();
  const [client] = useState(() => createCustomerClient({ tokens: customerTokens({ locale }) }));
  return (
    <ClientProvider client={client}>
      <SoundProvider>
        <PicturesProvider>
          <WritingProvider>
            <ChatDesk />
          </WritingProvider>
        </PicturesProvider>
      </SoundProvider>
    </ClientProvider>
  );
}
