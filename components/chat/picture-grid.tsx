"use client";

import FileText from "lucide-react/icons/file-text";
import ImageOff from "lucide-react/icons/image-off";
import { useState, type CSSProperties } from "react";
import { useTimes } from "#components/i18n/use-times.ts";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { useClient } from "#components/realtime/hooks.ts";
import type { Attachment, Message } from "#protocol/objects.ts";
import { blurUrl } from "./blur.ts";
import { lonePicture, pictureGridClass } from "./picture-layout.ts";
import { useFreshAttachment, usePictures } from "./pictures-provider.tsx";

/** The pictures of a stored message: each has its place before it is loaded. Needs PicturesProvider and `chat`. */
export function PictureGrid({ message }: { message: Message }) {
  const pictures = message.attachments.filter(({ mime }) => mime.startsWith("image/"));
  const files = message.attachments.filter(({ mime }) => !mime.startsWith("image/"));
  const [only] = pictures;
  return (
    <>
      {pictures.length === 1 && only !== undefined ? (
        <Picture message={message} attachment={only} style={lonePicture(only)} />
      ) : (
        pictures.length > 0 && (
          <div className={pictureGridClass(pictures.length)}>
            {pictures.map((attachment) => (
              <Picture key={attachment.id} message={message} attachment={attachment} style={{ aspectRatio: "1" }} />
            ))}
          </div>
        )
      )}
      {files.map((file) => (
        <FileLink key={file.id} attachment={file} />
      ))}
    </>
  );
}

type Props = { message: Message; attachment: Attachment; style: CSSProperties };

function Picture({ message, attachment, style }: Props) {
  const t = useTranslations("chat.picture");
  const client = useClient();
  const { fresh, open, prepare } = usePictures();
  const { url, thumbUrl, name, thumbhash } = useFreshAttachment(attachment);
  const [failures, setFailures] = useState(0);
  /* What this page sent itself is on this device already: shown without a blink, unless the browser let it go. */
  const local = failures === 0 ? client.previewUrl(attachment.id) : null;
  const blur = blurUrl(thumbhash);
  const fail = async () => {
    setFailures(failures + 1);
    if (local === null) await fresh.renew(message);
  };
  const isBroken = failures > 2;
  return (
    <button
      type="button"
      aria-label={t("open", { name })}
      onClick={() => void open(message, attachment.id)}
      onPointerEnter={prepare}
      onFocus={prepare}
      style={{ ...style, ...(blur === null ? {} : { backgroundImage: `url("${blur}")` }) }}
      className="relative block min-w-0 overflow-hidden bg-hover bg-cover bg-center -outline-offset-3! outline-white! forced-colors:border"
    >
      {isBroken ? (
        <span className="absolute inset-0 grid place-items-center bg-hover text-fg3" title={t("gone")}>
          <ImageOff size={20} role="img" aria-label={t("gone")} />
        </span>
      ) : (
        <img
          key={failures}
          src={local ?? thumbUrl ?? url}
          alt=""
          loading="lazy"
          decoding="async"
          draggable={false}
          onError={() => void fail()}
          className="absolute inset-0 size-full object-cover"
        />
      )}
    </button>
  );
}

function FileLink({ attachment }: { attachment: Attachment }) {
  const { url, name, bytes } = useFreshAttachment(attachment);
  const times = useTimes();
  return (
    <a href={url} download={name} className="flex items-center gap-2 px-3 py-2 underline-offset-2 hover:underline">
      <FileText size={20} className="shrink-0" />
      <span className="min-w-0">
        <bdi className="block truncate font-medium">{name}</bdi>
        <span className="block text-meta opacity-85">{times.bytes(bytes)}</span>
      </span>
    </a>
  );
}
