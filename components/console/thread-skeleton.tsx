import { classNames } from "#components/ui/class-names.ts";
import { Skeleton } from "#components/ui/skeleton.tsx";

/** Bubbles that are on their way. */
export function ThreadSkeleton() {
  return (
    <div aria-hidden className="flex min-h-0 flex-1 flex-col justify-end gap-3 overflow-hidden bg-surface p-4">
      {[240, 180, 300, 140, 220].map((width, index) => (
        <span key={width} style={{ width }} className={classNames("max-w-full", index % 2 === 1 && "self-end")}>
          <Skeleton className="h-10 rounded-bubble!" />
        </span>
      ))}
    </div>
  );
}
