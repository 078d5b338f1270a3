"use client";

import { useEffect } from "react";
import { useChat, useClient } from "#components/realtime/hooks.ts";
import type { Availability } from "#protocol/objects.ts";
import { useSetting, useSettingsStore } from "./use-settings.tsx";

/** Whether colleagues see me as online, busy or away; kept in this browser. */
export function useAvailability(): [Availability, (next: Availability) => void] {
  const store = useSettingsStore();
  return [useSetting((settings) => settings.availability), (next) => store.setState({ availability: next })];
}

/** Tells the server my availability, now and whenever it changes. Once per console. */
export function useTellAvailability(): void {
  const client = useClient();
  const availability = useSetting((settings) => settings.availability);
  useEffect(() => client.setStatus(availability), [client, availability]);
}

/** Whether I am registered as a waiter: new customers' messages come to me. */
export function useIsWaiter(): boolean {
  return useChat((state) => state.waiters.some((waiter) => waiter.userId === state.me?.id));
}
