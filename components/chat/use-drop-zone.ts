"use client";

import { useEffect, useEffectEvent, useState } from "react";

/**
 * Takes files that are dropped anywhere on the page: a browser that finds nobody who wants them would leave the page
 * to show them. Answers whether files are above the page right now.
 */
export function useDropZone(onFiles: (files: readonly File[]) => void): boolean {
  const [isOver, setIsOver] = useState(false);
  const take = useEffectEvent(onFiles);

  useEffect(() => {
    const control = new AbortController();
    const hold = (event: DragEvent) => {
      if (event.dataTransfer?.types.includes("Files") !== true) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = "copy";
      setIsOver(true);
    };
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) setIsOver(false);
    };
    const drop = (event: DragEvent) => {
      setIsOver(false);
      if (event.dataTransfer?.types.includes("Files") !== true) return;
      event.preventDefault();
      take([...event.dataTransfer.files]);
    };
    const { signal } = control;
    addEventListener("dragenter", hold, { signal });
    addEventListener("dragover", hold, { signal });
    addEventListener("dragleave", leave, { signal });
    addEventListener("drop", drop, { signal });
    return () => control.abort();
  }, []);

  return isOver;
}
