import type { CommandData, CommandInput, CommandName } from "#protocol/commands.ts";
import type { Availability, Page } from "#protocol/objects.ts";

import { backoffMs, pause } from "./backoff.ts";
import { toCommandError } from "./command-error.ts";
import type { Follower } from "./follow.ts";
import type { State } from "./state.ts";

export type Call = <Name extends CommandName>(name: Name, input: CommandInput<Name>) => Promise<CommandData<Name>>;
export type Write = (change: (state: State) => State) => void;
export type Step = () => Promise<unknown>;

/** What the parts of a client work with. */
export type Wiring = {
  read: () => State;
  write: Write;
  call: Call;
  isLive: () => boolean;
  follower: Follower;
  /** Runs a step until it works, or this session is over, or it is refused for good. */
  insist: (step: Step) => Promise<void>;
};

const tries = 6;

/** See Wiring. */
export function createInsist(read: () => State, isLive: () => boolean): Wiring["insist"] {
  return async (step) => {
    const session = read().sessionId;
    for (let attempt = 0; attempt < tries && isLive() && read().sessionId === session; attempt += 1) {
      try {
        await step();
        return;
      } catch (error) {
        const { retryable, retryAfterMs } = toCommandError(error);
        if (!retryable) return;
        await pause(retryAfterMs ?? backoffMs(attempt));
      }
    }
  };
}

export type Announcer = { setPage: (page: Page | null) => void; setStatus: (status: Availability) => void; tell: Step };

/** What this session says of itself; told again at the beginning of each. */
export function createAnnouncer({ call, isLive, insist }: Wiring): Announcer {
  let said: CommandInput<"presence:set"> = {};
  const say = (more: CommandInput<"presence:set">) => {
    said = { ...said, ...more };
    if (isLive()) void insist(() => call("presence:set", more));
  };
  return {
    setPage: (page) => say({ page }),
    setStatus: (status) => say({ status }),
    tell: async () => Object.keys(said).length > 0 && call("presence:set", said),
  };
}
