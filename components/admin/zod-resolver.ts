import { type FieldErrors, type FieldValues, type Resolver, set } from "react-hook-form";
import * as z from "zod/mini";

/** Lets a schema judge a form. The messages of its issues are keys of texts; the first one of a field counts. */
export function zodResolver<Values extends FieldValues>(schema: z.ZodMiniType<Values, Values>): Resolver<Values> {
  return (values) => {
    const parsed = z.safeParse(schema, values);
    if (parsed.success) return { values: parsed.data, errors: {} };
    const errors: FieldErrors<Values> = {};
    for (const { path, message } of parsed.error.issues.toReversed()) set(errors, path.join("."), { type: "schema", message });
    return { values: {}, errors };
  };
}
