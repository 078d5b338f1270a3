import UserRound from "lucide-react/icons/user-round";
import type { ReactNode } from "react";
import { avatarHue, avatarLetters } from "./avatar-text.ts";
import { classNames } from "./class-names.ts";

type Size = 20 | 24 | 28 | 32 | 36 | 40 | 56;

type Props = {
  /** Decides the colour. */
  id: string;
  name: string;
  src?: string | null;
  size?: Size;
  /** Set where no name stands beside it; otherwise the avatar is decoration. */
  label?: string;
  /** A StatusDot, drawn at the lower right. */
  status?: ReactNode;
};

const sizes: Record<Size, string> = {
  20: "size-5 text-[0.625rem]",
  24: "size-6 text-[0.6875rem]",
  28: "size-7 text-[0.6875rem]",
  32: "size-8 text-meta",
  36: "size-9 text-ui",
  40: "size-10 text-body",
  56: "size-14 text-pane",
};

/** A person's picture, or the letters of the name on a colour of their own. */
export function Avatar({ id, name, src, size = 36, label, status }: Props) {
  const letters = avatarLetters(name, size < 28 ? 1 : 2);
  return (
    <span
      role={label ? "img" : undefined}
      aria-label={label}
      aria-hidden={label ? undefined : true}
      className={classNames("relative inline-block shrink-0 select-none", sizes[size])}
    >
      <span
        data-hue={avatarHue(id)}
        className="avatar-tint grid size-full place-items-center overflow-hidden rounded-full leading-none font-medium"
      >
        {src ? <img src={src} alt="" className="size-full object-cover" /> : letters || <UserRound size={size * 0.55} />}
      </span>
      {status && <span className="absolute -right-px -bottom-px grid rounded-full bg-surface p-0.5">{status}</span>}
    </span>
  );
}
