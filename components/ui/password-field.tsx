"use client";

import Eye from "lucide-react/icons/eye";
import EyeOff from "lucide-react/icons/eye-off";
import { useState, type ComponentProps, type KeyboardEvent } from "react";
import { useTranslations } from "use-intl/react";
import { IconButton } from "./icon-button.tsx";
import { TextField } from "./text-field.tsx";

/** A password with a button that shows it, and a word when Caps Lock is on. Needs `common`. */
export function PasswordField({ description, size = "md", ...rest }: Omit<ComponentProps<typeof TextField>, "type" | "trailing">) {
  const t = useTranslations("common");
  const [shown, setShown] = useState(false);
  const [capsLock, setCapsLock] = useState(false);
  const look = (event: KeyboardEvent) => setCapsLock(event.getModifierState("CapsLock"));
  return (
    <TextField
      autoComplete="current-password"
      autoCapitalize="off"
      spellCheck={false}
      {...rest}
      size={size}
      type={shown ? "text" : "password"}
      description={capsLock ? <span className="text-warning">{t("capsLock")}</span> : description}
      onKeyDown={look}
      onKeyUp={look}
      onBlur={(event) => {
        setCapsLock(false);
        rest.onBlur?.(event);
      }}
      trailing={
        <IconButton
          label={shown ? t("hidePassword") : t("showPassword")}
          size={size === "lg" ? "md" : "sm"}
          onClick={() => setShown(!shown)}
        >
          {shown ? <EyeOff size={16} /> : <Eye size={16} />}
        </IconButton>
      }
    />
  );
}
