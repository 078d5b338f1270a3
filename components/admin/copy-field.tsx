"use client";

import Check from "lucide-react/icons/check";
import Copy from "lucide-react/icons/copy";
import { useRef, useState } from "react";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { Button } from "#components/ui/button.tsx";
import { TextField } from "#components/ui/text-field.tsx";

/** A secret that is shown this once, to be copied. */
export function CopyField({ label, value }: { label: string; value: string }) {
  const common = useTranslations("common");
  const field = useRef<HTMLInputElement>(null);
  const [copied, setCopied] = useState(false);
  const copy = () =>
    void navigator.clipboard.writeText(value).then(
      () => setCopied(true),
      // Without permission the person copies it with the keyboard.
      () => field.current?.select(),
    );
  return (
    <div>
      <div className="flex items-end gap-2">
        <div className="min-w-0 flex-1">
          <TextField ref={field} label={label} value={value} readOnly size="lg" className="font-mono" onFocus={(event) => event.target.select()} />
        </div>
        <Button size="lg" icon={copied ? <Check size={16} /> : <Copy size={16} />} onClick={copy}>
          {copied ? common("copied") : common("copy")}
        </Button>
      </div>
      <span role="status" className="sr-only">
        {copied && common("copied")}
      </span>
    </div>
  );
}
