/** The surface of menus, popovers and lists that open above the page. */
export const popupClass =
  "popup-motion max-h-(--available-height) scrollbar-thin overflow-y-auto rounded-card bg-surface text-ui text-fg shadow-e2 outline-none forced-colors:border";

/** A row in such a list. */
export const popupRowClass =
  "flex min-h-8 cursor-default items-center gap-2 rounded-tag px-2 py-1 outline-none select-none data-disabled:opacity-45 data-highlighted:bg-hover pointer-coarse:min-h-11 forced-colors:data-highlighted:bg-[Highlight] forced-colors:data-highlighted:text-[HighlightText] forced-colors:data-highlighted:forced-color-adjust-none";

/** Above the page, dialogs included. */
export const popupLayer = "z-50 outline-none";
