import { Skeleton } from "#components/ui/skeleton.tsx";

/** Rows that are on their way. */
export function ListSkeleton() {
  return (
    <div aria-hidden>
      {[60, 45, 70, 50, 65, 40].map((width, index) => (
        <div key={index} className="flex h-17 items-center gap-3 px-3">
          <Skeleton round className="size-9" />
          <div className="flex flex-1 flex-col gap-2">
            <span style={{ width: `${width / 2}%` }}>
              <Skeleton className="h-3" />
            </span>
            <span style={{ width: `${width}%` }}>
              <Skeleton className="h-3" />
            </span>
          </div>
        </div>
      ))}
    </div>
  );
}
