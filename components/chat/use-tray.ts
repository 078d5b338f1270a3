"use client";

import { useCallback, useEffect, useRef, useState } from "react";
import { v7 } from "uuid";
import { limits } from "#protocol/limits.ts";

/** A picture that was picked and not sent. */
export type TrayPicture = { id: string; file: File; url: string };

/** Why something was not taken: more than fit into one message, no picture at all, or one that nobody can open. */
export type TrayProblem = { kind: "tooMany" | "notImage" | "unreadable"; names: readonly string[] };

export type Tray = {
  pictures: readonly TrayPicture[];
  problem: TrayProblem | null;
  /** Takes the pictures among the files. Answers how many of them are pictures. */
  add: (files: readonly File[]) => number;
  remove: (id: string) => void;
  /** Takes out one that this browser cannot show, and says so. */
  refuse: (id: string) => void;
  clear: () => void;
};

/** The pictures that stand above a composer; their local copies are let go when it leaves. */
export function useTray(): Tray {
  const [pictures, setPictures] = useState<readonly TrayPicture[]>([]);
  const [problem, setProblem] = useState<TrayProblem | null>(null);
  const urls = useRef(new Set<string>());

  useEffect(() => {
    const made = urls.current;
    return () => made.forEach((url) => URL.revokeObjectURL(url));
  }, []);

  const add = useCallback(
    (files: readonly File[]) => {
      const images = files.filter((file) => isPicture(file));
      const others = files.filter((file) => !isPicture(file));
      const free = limits.attachmentsPerMessage - pictures.length;
      const left = images.slice(free);
      if (others.length > 0) setProblem({ kind: "notImage", names: others.map(({ name }) => name) });
      else setProblem(left.length > 0 ? { kind: "tooMany", names: left.map(({ name }) => name) } : null);
      const added = images.slice(0, free).map((file) => ({ id: v7(), file, url: URL.createObjectURL(file) }));
      for (const { url } of added) urls.current.add(url);
      if (added.length > 0) setPictures([...pictures, ...added]);
      return images.length;
    },
    [pictures],
  );
  const remove = useCallback((id: string) => {
    setProblem(null);
    setPictures((before) => before.filter((picture) => picture.id !== id));
  }, []);
  const refuse = useCallback(
    (id: string) => {
      const bad = pictures.find((picture) => picture.id === id);
      if (bad === undefined) return;
      setProblem({ kind: "unreadable", names: [bad.file.name] });
      setPictures(pictures.filter((picture) => picture !== bad));
    },
    [pictures],
  );
  const clear = useCallback(() => {
    setProblem(null);
    setPictures([]);
  }, []);
  return { pictures, problem, add, remove, refuse, clear };
}

/* Drawings are no pictures here: an SVG is a program. */
function isPicture({ type }: File): boolean {
  return type.startsWith("image/") && type !== "image/svg+xml";
}
