import type { Connection } from "./state.ts";

/** Troubles shorter than this are not shown. */
const quietMs = 1_500;

export type StatusBoard = { show: (status: Connection["status"], reason?: Connection["reason"]) => void; stop: () => void };

/** Turns what happens to the line into what a screen shows: short troubles stay quiet. */
export function createStatusBoard(onChange: (shown: Connection) => void): StatusBoard {
  let shown: Connection = { status: "connecting", visible: false, reason: null };
  let timer: ReturnType<typeof setTimeout> | undefined;

  function set(next: Connection): void {
    if (next.status === shown.status && next.visible === shown.visible && next.reason === shown.reason) return;
    shown = next;
    onChange(shown);
  }

  function stop(): void {
    clearTimeout(timer);
    timer = undefined;
  }

  return {
    stop,
    show(status, reason = null) {
      const isTrouble = status === "connecting" || status === "reconnecting";
      const visible = status === "ended" || status === "offline" || (isTrouble && shown.visible);
      if (isTrouble && !visible) {
        timer ??= setTimeout(() => {
          timer = undefined;
          set({ ...shown, visible: true });
        }, quietMs);
      } else stop();
      set({ status, visible, reason });
    },
  };
}
