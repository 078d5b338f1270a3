/** Shows a notification of the system where it is permitted; a click brings this tab forward. */
export function notifyDesktop({ tag, title, body }: { tag: string; title: string; body: string }, onOpen: () => void): void {
  if (typeof Notification === "undefined" || Notification.permission !== "granted") return;
  try {
    // `renotify` stands in no type library yet: a replaced notification is announced again.
    const options: NotificationOptions & { renotify: boolean } = { tag, body, renotify: true, icon: "/icon.svg", silent: true };
    const shown = new Notification(title, options);
    shown.addEventListener("click", () => {
      window.focus();
      shown.close();
      onOpen();
    });
  } catch {
    /* Chrome on Android knows notifications of service workers only. */
  }
}
