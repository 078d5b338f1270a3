"use client";

import { createContext, use, useCallback, useMemo, useState, type ComponentType, type ReactNode } from "react";
import { useStore } from "zustand";
import { useClient } from "#components/realtime/hooks.ts";
import type { Attachment, Message } from "#protocol/objects.ts";
import { createFreshPictures, type FreshPictures } from "./fresh-pictures.ts";
import type { ViewerProps } from "./picture-viewer.tsx";

type Pictures = {
  fresh: FreshPictures;
  /** Shows a picture of a message large, with all the others of its conversation to the left and right. */
  open: (message: Message, attachmentId: string) => Promise<void>;
  /** Loads what showing needs: call it when somebody is about to open one. */
  prepare: () => void;
};

const PicturesContext = createContext<Pictures | null>(null);

/** What the pictures of a thread need around it: one viewer, and addresses that do not end. Needs `chat`. */
export function PicturesProvider({ children }: { children: ReactNode }) {
  const client = useClient();
  const [fresh] = useState(() => createFreshPictures(client));
  const [Viewer, setViewer] = useState<ComponentType<ViewerProps> | null>(null);
  const [shown, setShown] = useState<{ conversationId: string; attachmentId: string } | null>(null);

  const load = useCallback(async () => {
    const { PictureViewer } = await import("./picture-viewer.tsx");
    setViewer(() => PictureViewer);
  }, []);
  const pictures = useMemo<Pictures>(
    () => ({
      fresh,
      prepare: () => void load().catch(() => {}),
      async open(message, attachmentId) {
        const attachment = message.attachments.find(({ id }) => id === attachmentId);
        if (attachment === undefined) return;
        if (fresh.isStale(attachment)) await fresh.renew(message);
        try {
          await load();
          setShown({ conversationId: message.conversationId, attachmentId });
        } catch {
          // Its code did not come through: the browser shows the picture by itself.
          window.open(fresh.latest(attachment).url, "_blank", "noopener,noreferrer");
        }
      },
    }),
    [fresh, load],
  );
  return (
    <PicturesContext value={pictures}>
      {children}
      {shown !== null && Viewer !== null && <Viewer {...shown} fresh={fresh} onClose={() => setShown(null)} />}
    </PicturesContext>
  );
}

/** Needs PicturesProvider. */
export function usePictures(): Pictures {
  const pictures = use(PicturesContext);
  if (pictures === null) throw new Error("usePictures needs PicturesProvider above it.");
  return pictures;
}

/** An attachment with the newest address known. */
export function useFreshAttachment(attachment: Attachment): Attachment {
  const { fresh } = usePictures();
  return useStore(fresh.store, (known) => known.get(attachment.id) ?? attachment);
}
