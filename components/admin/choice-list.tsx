"use client";

import { useId } from "react";
import type { UseFormRegisterReturn } from "react-hook-form";
import { Checkbox } from "#components/ui/checkbox.tsx";

type Props<Value extends string> = {
  label: string;
  error: string | undefined;
  /** Registered under one name: its value is the list of those that are ticked. */
  field: UseFormRegisterReturn;
  choices: readonly { value: Value; label: string; about: string }[];
};

/** Any number of several, each with a word on what it means. */
export function ChoiceList<Value extends string>({ label, error, field, choices }: Props<Value>) {
  const id = useId();
  return (
    <fieldset aria-describedby={error ? `${id}-error` : undefined} className="flex min-w-0 flex-col gap-2">
      <legend className="mb-1 text-ui font-medium text-fg">{label}</legend>
      {choices.map((choice) => (
        <Checkbox key={choice.value} {...field} value={choice.value} label={choice.label} description={choice.about} />
      ))}
      <p id={`${id}-error`} aria-live="polite" className="text-meta text-danger empty:hidden">
        {error}
      </p>
    </fieldset>
  );
}
