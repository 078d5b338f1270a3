/** The mark: a speech bubble that carries 二, the second character of 小二. Decorative unless `title` is given. */
export function Logo({ size = 28, title }: { size?: number; title?: string }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 32 32"
      className="shrink-0"
      role={title ? "img" : undefined}
      aria-label={title}
      aria-hidden={title ? undefined : true}
    >
      <path
        className="fill-accent"
        d="M9 3h14a7 7 0 0 1 7 7v9a7 7 0 0 1-7 7h-7.6l-5.9 4.2A1 1 0 0 1 8 29.4V25.9A7 7 0 0 1 2 19v-9a7 7 0 0 1 7-7Z"
      />
      <path className="stroke-white" strokeWidth="2.6" strokeLinecap="round" d="M10.5 10.5h11M8.5 18.5h15" />
    </svg>
  );
}
