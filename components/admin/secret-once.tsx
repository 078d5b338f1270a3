import { Banner } from "#components/ui/banner.tsx";
import { CopyField } from "./copy-field.tsx";

/** A key or secret that is shown this once, with what to do now. */
export function SecretOnce({ label, value, warning }: { label: string; value: string; warning: string }) {
  return (
    <div className="flex flex-col gap-4">
      <Banner tone="warning" rounded>
        {warning}
      </Banner>
      <CopyField label={label} value={value} />
    </div>
  );
}
