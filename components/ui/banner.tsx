import CircleAlert from "lucide-react/icons/circle-alert";
import CircleCheck from "lucide-react/icons/circle-check";
import Info from "lucide-react/icons/info";
import TriangleAlert from "lucide-react/icons/triangle-alert";
import X from "lucide-react/icons/x";
import type { ReactNode } from "react";
import { classNames } from "./class-names.ts";
import { IconButton } from "./icon-button.tsx";

export type BannerTone = "info" | "success" | "warning" | "danger";

const tones: Record<BannerTone, { look: string; Icon: typeof Info }> = {
  info: { look: "bg-accent-bg text-accent-text", Icon: Info },
  success: { look: "bg-success-bg text-success", Icon: CircleCheck },
  warning: { look: "bg-warning-bg text-warning", Icon: TriangleAlert },
  danger: { look: "bg-danger-bg text-danger", Icon: CircleAlert },
};

type Props = {
  tone?: BannerTone;
  title?: ReactNode;
  children?: ReactNode;
  /** Replaces the tone's own; null: none. */
  icon?: ReactNode;
  action?: ReactNode;
  /** Both or neither. */
  onDismiss?: () => void;
  dismissLabel?: string;
  /** `alert` interrupts a screen reader, `status` waits; nothing for what stood there from the start. */
  role?: "alert" | "status";
  rounded?: boolean;
};

/** A strip that says something about the whole page or pane. */
export function Banner({ tone = "info", title, children, icon, action, onDismiss, dismissLabel, role, rounded }: Props) {
  const { look, Icon } = tones[tone];
  return (
    <div role={role} className={classNames("flex items-start gap-2 px-3 py-2 text-ui", rounded && "rounded-card", look)}>
      {icon === undefined ? <Icon size={16} className="mt-0.5 shrink-0" /> : icon}
      <div className="min-w-0 flex-1 break-words">
        {title && <p className="font-semibold">{title}</p>}
        {children}
      </div>
      {action}
      {onDismiss && dismissLabel && (
        <IconButton label={dismissLabel} size="sm" className="-my-1 -mr-1 text-current!" onClick={onDismiss}>
          <X size={16} />
        </IconButton>
      )}
    </div>
  );
}
