import { Logo } from "#components/ui/logo.tsx";
import { ListSkeleton } from "./list-skeleton.tsx";

/** The console's frame before the browser has taken over. */
export function ConsoleSkeleton() {
  return (
    <div aria-busy="true" className="flex h-dvh overflow-hidden bg-canvas">
      <div className="flex w-14 shrink-0 justify-center border-r border-line py-3 max-md:hidden">
        <span className="grid size-10 place-items-center">
          <Logo />
        </span>
      </div>
      <div className="w-full shrink-0 border-r border-line bg-surface pt-22 md:w-80">
        <ListSkeleton />
      </div>
      <div className="flex-1 bg-surface max-md:hidden" />
    </div>
  );
}
