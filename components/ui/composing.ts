/** What must be known of a key press to tell whether an input method is at work. React's `event.nativeEvent` fits. */
export type KeyPress = { isComposing: boolean; keyCode: number; timeStamp: number };

/**
 * Whether this key press belongs to an input method. `keyCode` 229 is the only sign in Safari, where the key
 * that confirms a candidate comes after `compositionend` with `isComposing` already false (WebKit bug 165004).
 */
export function isComposing(event: Pick<KeyPress, "isComposing" | "keyCode">): boolean {
  return event.isComposing || event.keyCode === 229;
}

/** Longest time between `compositionend` and the key press that caused it, measured at the source of the events. */
const lateKeydownMs = 50;

/** Follows the composition of one field; sees also a late key press that carries no sign at all. */
export type Composition = {
  start: () => void;
  end: (event: { timeStamp: number }) => void;
  isComposing: (event: KeyPress) => boolean;
};

/** See `Composition`. */
export function followComposition(): Composition {
  let active = false;
  let endedAt = -Infinity;
  return {
    start: () => {
      active = true;
    },
    end: ({ timeStamp }) => {
      active = false;
      endedAt = timeStamp;
    },
    isComposing: (event) => {
      if (active || isComposing(event)) return true;
      // One composition has one late key at most: the next press is the person's own, however quick.
      const late = Math.abs(event.timeStamp - endedAt) < lateKeydownMs;
      endedAt = -Infinity;
      return late;
    },
  };
}
