"use client";

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { useMemo, useState, type ReactNode } from "react";
import { createClient } from "#components/realtime/client.ts";
import { toCommandError } from "#components/realtime/command-error.ts";
import { ClientProvider } from "#components/realtime/hooks.ts";
import { staffTokens } from "#components/realtime/tokens.ts";
import { StaffProviders } from "#components/ui/staff-providers.tsx";
import { type Admin, AdminContext } from "./admin-context.tsx";
import { createApi } from "./api.ts";
import { LiveQueries } from "./live.tsx";
import { Shell } from "./shell.tsx";

/** What all admin pages stand in: the navigation, one connection, and one store of what was read. */
export function AdminApp({ me, children }: { me: Admin["me"]; children: ReactNode }) {
  const [{ client, api, queries }] = useState(make);
  const admin = useMemo(() => ({ me, api }), [me, api]);
  return (
    <AdminContext value={admin}>
      <QueryClientProvider client={queries}>
        <ClientProvider client={client}>
          <StaffProviders>
            <LiveQueries />
            <Shell>{children}</Shell>
          </StaffProviders>
        </ClientProvider>
      </QueryClientProvider>
    </AdminContext>
  );
}

function make() {
  const tokens = staffTokens();
  const queries = new QueryClient({
    defaultOptions: {
      // Events keep what is shown fresh; reading again when the window comes back is the second net.
      queries: { staleTime: 15_000, retry: (failures, error) => failures < 2 && toCommandError(error).retryable },
    },
  });
  return { client: createClient({ kind: "staff", tokens, storage: "xiaoer.admin" }), api: createApi(tokens), queries };
}
