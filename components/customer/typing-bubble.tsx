"use client";

import { TypingDots } from "#components/chat/typing-dots.tsx";
import { useTyping } from "#components/realtime/hooks.ts";
import { Avatar } from "#components/ui/avatar.tsx";

/** Somebody is writing an answer. The header says who, also to screen readers. */
export function TypingBubble() {
  const [typist] = useTyping(null);
  if (typist === undefined) return null;
  return (
    <div className="flex animate-appear items-end gap-2 pb-3" aria-hidden data-typing>
      <Avatar id={typist.userId} name={typist.name} size={28} />
      <span className="rounded-bubble rounded-bl-tag bg-bubble-in px-4 py-3 text-fg3">
        <TypingDots />
      </span>
    </div>
  );
}
