import { Fragment } from "react";

/** Keys as they are written on the keyboard: `<Kbd keys="Alt+E" />`, `<Kbd keys="G C" />` for one after the other. */
export function Kbd({ keys }: { keys: string }) {
  return (
    <span className="inline-flex gap-1 font-sans text-meta text-fg3">
      {keys.split(" ").map((chord, index) => (
        <Fragment key={index}>
          {chord.split(/\+(?=.)/).map((key) => (
            <kbd
              key={key}
              className="inline-grid h-5 min-w-5 place-items-center rounded-tag border border-line-strong bg-surface px-1 font-sans leading-none text-fg2"
            >
              {key}
            </kbd>
          ))}
        </Fragment>
      ))}
    </span>
  );
}
