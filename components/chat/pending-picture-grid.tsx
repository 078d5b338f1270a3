"use client";

import CircleAlert from "lucide-react/icons/circle-alert";
import X from "lucide-react/icons/x";
import type { CSSProperties } from "react";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { useClient } from "#components/realtime/hooks.ts";
import type { PendingMessage, Upload } from "#components/realtime/state.ts";
import { lonePicture, pictureGridClass } from "./picture-layout.ts";

/** Pictures on their way, from this browser's own copy, each with how far it came and a way to take it out. Needs `chat`. */
export function PendingPictureGrid({ pending: { clientMsgId, uploads, state } }: { pending: PendingMessage }) {
  const [only] = uploads;
  const mayCancel = state !== "sent";
  if (uploads.length === 1 && only !== undefined)
    return <PendingPicture upload={only} clientMsgId={clientMsgId} mayCancel={mayCancel} style={lonePicture(only)} />;
  return (
    <div className={pictureGridClass(uploads.length)}>
      {uploads.map((upload) => (
        <PendingPicture key={upload.id} upload={upload} clientMsgId={clientMsgId} mayCancel={mayCancel} style={{ aspectRatio: "1" }} />
      ))}
    </div>
  );
}

type Props = { upload: Upload; clientMsgId: string; mayCancel: boolean; style: CSSProperties };

function PendingPicture({ upload: { id, name, previewUrl, progress, state }, clientMsgId, mayCancel, style }: Props) {
  const t = useTranslations("chat.picture");
  const client = useClient();
  const percent = Math.round(progress * 100);
  const cancel = mayCancel && state !== "done";
  return (
    <div style={style} className="relative min-w-0 overflow-hidden bg-hover" data-upload={state}>
      {previewUrl !== null && <img src={previewUrl} alt={name} draggable={false} className="absolute inset-0 size-full object-cover" />}
      {cancel && (
        <div className="absolute inset-0 grid place-items-center bg-scrim">
          <button
            type="button"
            aria-label={t("cancel", { name })}
            title={t("cancel", { name })}
            onClick={() => client.cancelUpload(clientMsgId, id)}
            className="hit-area relative grid size-10 place-items-center rounded-full bg-scrim text-white outline-white!"
          >
            {state === "failed" ? <CircleAlert size={20} /> : <Ring share={progress} />}
            {state !== "failed" && <X size={16} className="absolute" />}
          </button>
          {state === "uploading" && (
            <progress className="sr-only" aria-label={t("uploading", { name })} value={percent} max={100}>
              {percent}%
            </progress>
          )}
        </div>
      )}
    </div>
  );
}

const radius = 17;
const round = 2 * Math.PI * radius;

function Ring({ share }: { share: number }) {
  return (
    <svg viewBox="0 0 40 40" aria-hidden className="absolute inset-0 size-full -rotate-90">
      <circle cx="20" cy="20" r={radius} fill="none" stroke="currentColor" strokeWidth="2.5" opacity="0.3" />
      <circle
        cx="20"
        cy="20"
        r={radius}
        fill="none"
        stroke="currentColor"
        strokeWidth="2.5"
        strokeLinecap="round"
        strokeDasharray={round}
        strokeDashoffset={round * (1 - Math.max(0.04, share))}
        className="transition-[stroke-dashoffset] duration-200"
      />
    </svg>
  );
}
