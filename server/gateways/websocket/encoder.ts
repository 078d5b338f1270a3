/** Encodes each event once per flavour, however many clients get it. */
export type Encoder = {
  /** The frames of `subject`, an event's payload or a message, in this flavour. */
  encode(subject: object, flavour: string, frames: () => readonly string[]): readonly Buffer[];
};

export function createEncoder(): Encoder {
  const known = new WeakMap<object, Map<string, readonly Buffer[]>>();
  return {
    encode(subject, flavour, frames) {
      const flavours = known.get(subject) ?? new Map<string, readonly Buffer[]>();
      const before = flavours.get(flavour);
      if (before !== undefined) return before;
      const made = frames().map((frame) => Buffer.from(frame));
      known.set(subject, flavours.set(flavour, made));
      return made;
    },
  };
}
