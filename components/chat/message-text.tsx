import { Fragment } from "react";
import { textLanguage } from "#components/i18n/text-language.ts";
import { findLinks } from "./find-links.ts";

/** A text with its web addresses as links; nothing else in it is ever markup. */
export function MessageText({ text }: { text: string }) {
  return (
    <span lang={textLanguage(text)}>
      {findLinks(text).map((part, index) =>
        part.href === null ? (
          <Fragment key={index}>{part.text}</Fragment>
        ) : (
          <a key={index} href={part.href} target="_blank" rel="noopener noreferrer nofollow" className="break-all underline underline-offset-2">
            {part.text}
          </a>
        ),
      )}
    </span>
  );
}
