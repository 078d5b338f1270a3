import { classNames } from "#components/ui/class-names.ts";
import { Skeleton } from "#components/ui/skeleton.tsx";

const widths = [220, 160, 280, 120] as const;

/** Bubbles that are on their way. */
export function ThreadSkeleton() {
  return (
    <div aria-hidden className="flex min-h-0 flex-1 flex-col justify-end gap-3 overflow-hidden p-4">
      {widths.map((width, index) => (
        <span key={width} style={{ width }} className={classNames("max-w-full", index % 2 === 1 && "self-end")}>
          <Skeleton className="h-10 rounded-bubble!" />
        </span>
      ))}
    </div>
  );
}
