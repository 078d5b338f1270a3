"use client";

import { useEffect, useState, type ComponentType } from "react";

const retryMs = 5_000;

/**
 * A component whose code is loaded when it is first needed; until then, and while the line is down, `Fallback` stands
 * in its place (nothing, if left out). Unlike React's lazy it never throws: it tries again.
 */
export function late<Props extends object>(load: () => Promise<ComponentType<Props>>, Fallback?: ComponentType<Props>): ComponentType<Props> {
  let known: ComponentType<Props> | null = null;
  return function Late(props: Props) {
    const [Loaded, setLoaded] = useState(() => known);

    useEffect(() => {
      if (Loaded !== null) return undefined;
      let timer: ReturnType<typeof setTimeout> | undefined;
      let isGone = false;
      const attempt = async () => {
        try {
          const loaded = await load();
          known = loaded;
          if (!isGone) setLoaded(() => loaded);
        } catch {
          if (!isGone) timer = setTimeout(() => void attempt(), retryMs);
        }
      };
      void attempt();
      return () => {
        isGone = true;
        clearTimeout(timer);
      };
    }, [Loaded]);

    if (Loaded !== null) return <Loaded {...props} />;
    return Fallback === undefined ? null : <Fallback {...props} />;
  };
}
