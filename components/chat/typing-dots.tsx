const delays = ["0ms", "160ms", "320ms"] as const;

/** Three dots that breathe one after the other. */
export function TypingDots() {
  return (
    <span className="flex gap-1">
      {delays.map((animationDelay) => (
        <span key={animationDelay} style={{ animationDelay }} className="size-1.5 animate-typing rounded-full bg-current" />
      ))}
    </span>
  );
}
