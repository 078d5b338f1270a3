import ArrowDown from "lucide-react/icons/arrow-down";
import ArrowUp from "lucide-react/icons/arrow-up";
import type { ReactNode } from "react";
import { classNames } from "./class-names.ts";
import { Skeleton } from "./skeleton.tsx";

export type Column<Row> = {
  key: string;
  header: string;
  /** The header is for screen readers alone (a column of buttons). */
  hideHeader?: boolean;
  cell: (row: Row) => ReactNode;
  align?: "right";
  sortable?: boolean;
  /** Classes of header and cells: a width, `max-md:hidden` … */
  className?: string;
};

export type Sort = { key: string; direction: "ascending" | "descending" };

type Props<Row> = {
  /** Names the table for screen readers. */
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  /** Skeleton rows stand in until the first rows are there. */
  loading?: boolean;
  /** What to show instead of no rows. */
  empty?: ReactNode;
  sort?: Sort;
  onSort?: (sort: Sort) => void;
  className?: string;
};

/** Rows of 40 px under a header that stays; scrolls sideways where it must. */
export function Table<Row>({ caption, columns, rows, rowKey, loading = false, empty, sort, onSort, className }: Props<Row>) {
  if (!loading && rows.length === 0) return empty;
  return (
    // A region that scrolls must be reachable by the keyboard.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section aria-label={caption} tabIndex={0} className={classNames("scrollbar-thin overflow-auto -outline-offset-2!", className)}>
      <table className="w-full border-collapse text-left text-ui" aria-busy={loading}>
        <caption className="sr-only">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <HeaderCell key={column.key} column={column} sort={sort} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody>
          {loading && rows.length === 0
            ? Array.from({ length: 5 }, (_, index) => (
                <tr key={index} className="h-10 border-b border-line">
                  {columns.map((column) => (
                    <td key={column.key} className={classNames("px-3", column.className)}>
                      <Skeleton className="h-3 w-2/3" />
                    </td>
                  ))}
                </tr>
              ))
            : rows.map((row) => (
                <tr key={rowKey(row)} className="h-10 border-b border-line transition-colors hover:bg-hover">
                  {columns.map((column) => (
                    <td
                      key={column.key}
                      className={classNames("px-3 py-1", column.align === "right" && "text-right tabular-nums", column.className)}
                    >
                      {column.cell(row)}
                    </td>
                  ))}
                </tr>
              ))}
        </tbody>
      </table>
    </section>
  );
}

type HeaderProps<Row> = { column: Column<Row>; sort?: Sort; onSort?: (sort: Sort) => void };

function HeaderCell<Row>({ column, sort, onSort }: HeaderProps<Row>) {
  const current = sort?.key === column.key ? sort.direction : undefined;
  const look = classNames(
    "sticky top-0 z-1 h-9 bg-surface px-3 text-meta font-medium whitespace-nowrap text-fg3 shadow-[inset_0_-1px_var(--line)] forced-colors:border-b",
    column.align === "right" && "text-right",
    column.className,
  );
  if (!column.sortable || !onSort)
    return (
      <th scope="col" className={look}>
        {column.hideHeader ? <span className="sr-only">{column.header}</span> : column.header}
      </th>
    );
  return (
    <th scope="col" aria-sort={current ?? "none"} className={look}>
      <button
        type="button"
        className="hit-area inline-flex items-center gap-1 rounded-tag hover:text-fg"
        onClick={() => onSort({ key: column.key, direction: current === "ascending" ? "descending" : "ascending" })}
      >
        {column.header}
        {current && (current === "ascending" ? <ArrowUp size={12} /> : <ArrowDown size={12} />)}
      </button>
    </th>
  );
}
