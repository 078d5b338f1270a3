import { createClient, type Client } from "#components/realtime/client.ts";
import { CommandError } from "#components/realtime/command-error.ts";
import { post } from "#components/realtime/http.ts";
import type { TokenSource } from "#components/realtime/tokens.ts";
import type { History } from "#faults/history.ts";
import type { Grant } from "#protocol/http.ts";

import { type Watched, watchScreen } from "./screen.ts";

/** Someone with a browser: our own client, the very code of the pages. */
export type Person = {
  /** `c12` a customer, `t12` that customer's second device, `a3` an agent. */
  readonly who: string;
  readonly userId: string;
  readonly customer: boolean;
  readonly token: () => string;
  readonly url: string;
  readonly client: Client;
  readonly watched: Watched;
};

export type PersonOptions = {
  readonly who: string;
  readonly grant: Grant;
  /** Where this person's browser goes. */
  readonly url: string;
  readonly history: History;
  /** Signs in anew when the token is dead, as the cookie of a browser does. Without it a dead token stays dead. */
  readonly signIn?: (url: string) => Promise<Grant>;
};

/** Opens the page of this person; it connects at once. */
export function openPerson({ who, grant, url, history, signIn }: PersonOptions): Person {
  const customer = grant.user.role === "customer";
  const signedIn = { grant };
  const tokens: TokenSource = {
    current: async () => signedIn.grant,
    renew: async () => {
      const fresh = await post<Grant>(`${url}/api/v1/auth/refresh`, { token: signedIn.grant.token }).catch((error: unknown) => {
        if (signIn === undefined || !(error instanceof CommandError) || error.code !== "unauthenticated") throw error;
        return signIn(url);
      });
      signedIn.grant = fresh;
      return fresh;
    },
  };
  const client = createClient({ kind: customer ? "customer" : "staff", tokens, url, storage: who });
  const watched = watchScreen(client, { who, history });
  client.start();
  return { who, userId: grant.user.id, customer, token: () => signedIn.grant.token, url, client, watched };
}
