import { limits } from "#protocol/limits.ts";
import { DomainError } from "#server/errors.ts";

/** One upload that is let in; whoever got it leaves again, whatever happened. */
export type UploadPass = {
  /** Counts bytes that are now held in memory. Errors: `unavailable`. */
  hold(bytes: number): void;
  leave(): void;
};

/** Keeps the memory that uploads take within bounds, however many come at once. */
export type UploadGate = {
  /** Errors: `rate_limited` when this user has a message's worth of them under way. */
  enter(userId: string): UploadPass;
};

/** Uploads wait in memory for their turn with the decoder; there is no temporary file that could stay behind. */
export function createUploadGate(capacity = 96 * 1024 * 1024): UploadGate {
  const underWay = new Map<string, number>();
  let held = 0;

  return {
    enter(userId) {
      const before = underWay.get(userId) ?? 0;
      if (before >= limits.attachmentsPerMessage) {
        throw new DomainError("rate_limited", `At most ${limits.attachmentsPerMessage} uploads at once.`, { retryAfterMs: 1_000 });
      }
      underWay.set(userId, before + 1);
      let mine = 0;
      let inside = true;
      return {
        hold(bytes) {
          if (held + bytes > capacity) throw new DomainError("unavailable", "Too many uploads at once. Try again in a moment.", { retryAfterMs: 2_000 });
          held += bytes;
          mine += bytes;
        },
        leave() {
          if (!inside) return;
          inside = false;
          held -= mine;
          const others = (underWay.get(userId) ?? 1) - 1;
          if (others === 0) underWay.delete(userId);
          else underWay.set(userId, others);
        },
      };
    },
  };
}
