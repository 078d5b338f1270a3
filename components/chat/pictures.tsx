"use client";

import type { PendingMessage } from "#components/realtime/state.ts";
import { late } from "#components/ui/late.tsx";
import type { Message } from "#protocol/objects.ts";
import { lonePicture, pictureGridClass } from "./picture-layout.ts";

/* Most conversations hold no picture: what shows them comes with the first. Each has its place before that. */

/** The pictures of a stored message. Needs PicturesProvider and `chat`. */
export const Pictures = late<{ message: Message }>(
  async () => (await import("./picture-grid.tsx")).PictureGrid,
  ({ message }) => <Places pictures={message.attachments.filter(({ mime }) => mime.startsWith("image/"))} />,
);

/** The pictures of an unsent message, from this browser's own copy. Needs `chat`. */
export const PendingPictures = late<{ pending: PendingMessage }>(
  async () => (await import("./pending-picture-grid.tsx")).PendingPictureGrid,
  ({ pending }) => <Places pictures={pending.uploads} />,
);

type Place = { id: string; name: string; width: number | null; height: number | null; previewUrl?: string | null };

function Places({ pictures }: { pictures: readonly Place[] }) {
  const isLone = pictures.length === 1;
  return (
    <div className={isLone ? undefined : pictureGridClass(pictures.length)}>
      {pictures.map((picture) => (
        <div key={picture.id} style={isLone ? lonePicture(picture) : { aspectRatio: "1" }} className="relative min-w-0 overflow-hidden bg-hover">
          {typeof picture.previewUrl === "string" && (
            <img src={picture.previewUrl} alt={picture.name} draggable={false} className="absolute inset-0 size-full object-cover" />
          )}
        </div>
      ))}
    </div>
  );
}
