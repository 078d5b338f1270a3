"use client";

import { useState } from "react";
import Lightbox, { type Slide } from "yet-another-react-lightbox";
import Counter from "yet-another-react-lightbox/plugins/counter";
import Download from "yet-another-react-lightbox/plugins/download";
import Zoom from "yet-another-react-lightbox/plugins/zoom";
import "yet-another-react-lightbox/styles.css";
import "yet-another-react-lightbox/plugins/counter.css";
import { useStore } from "zustand";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { useThread } from "#components/realtime/hooks.ts";
import type { Attachment, Message } from "#protocol/objects.ts";
import type { FreshPictures } from "./fresh-pictures.ts";

export type ViewerProps = { conversationId: string; attachmentId: string; fresh: FreshPictures; onClose: () => void };

const mostZoom = 5;
/** Pictures this near to the one on screen are loaded ahead. */
const ahead = 2;
const labelKeys = {
  Lightbox: "label",
  Close: "close",
  Previous: "previous",
  Next: "next",
  "Zoom in": "zoomIn",
  "Zoom out": "zoomOut",
  Download: "download",
  "Photo gallery": "label",
} as const;

/** All pictures of a conversation, one at a time, large: zoom, the arrow keys, Esc, download. Loaded when first needed. */
export function PictureViewer({ conversationId, attachmentId, fresh, onClose }: ViewerProps) {
  const t = useTranslations("chat.viewer");
  const latest = useStore(fresh.store);
  const messages = useThread(conversationId)?.messages ?? [];
  const all = messages.flatMap((message) => (message.recalledAt === null ? message.attachments.filter(isPicture).map((attachment) => ({ message, attachment })) : []));
  const [id, setId] = useState(attachmentId);
  const index = Math.max(0, all.findIndex(({ attachment }) => attachment.id === id));

  const view = (next: number) => {
    const picture = all[next];
    if (picture === undefined) return;
    setId(picture.attachment.id);
    const stale = all.slice(Math.max(0, next - ahead), next + ahead + 1).find(({ attachment }) => fresh.isStale(attachment));
    if (stale !== undefined) void fresh.renew(stale.message);
  };
  if (all.length === 0) return null;
  return (
    <Lightbox
      open
      close={onClose}
      index={index}
      slides={all.map(({ message, attachment }) => toSlide(message, latest.get(attachment.id) ?? attachment))}
      on={{ view: ({ index: next }) => view(next) }}
      plugins={all.length > 1 ? [Zoom, Download, Counter] : [Zoom, Download]}
      carousel={{ finite: true, preload: ahead, padding: 0 }}
      controller={{ closeOnBackdropClick: true, closeOnPullDown: true }}
      zoom={{ maxZoomPixelRatio: mostZoom, scrollToZoom: true }}
      animation={matchMedia("(prefers-reduced-motion: reduce)").matches ? { fade: 0, swipe: 0, zoom: 0 } : { fade: 160, swipe: 240, zoom: 200 }}
      labels={Object.fromEntries(Object.entries(labelKeys).map(([key, name]) => [key, t(name)]))}
      styles={{ root: { "--yarl__color_backdrop": "rgb(0 0 0 / 0.9)" } }}
    />
  );
}

function isPicture({ mime }: Attachment): boolean {
  return mime.startsWith("image/");
}

function toSlide(message: Message, { url, name, width, height }: Attachment): Slide {
  return {
    src: url,
    alt: `${message.senderName}: ${name}`,
    ...(width === null || height === null ? {} : { width, height }),
    download: { url, filename: name },
  };
}
