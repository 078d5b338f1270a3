/**
 * Calls `listener(true)` whenever the page may have come back to life (network, tab, focus, back-forward cache), and
 * `listener(false)` when the browser says that the network is gone. Answers how to stop; does nothing outside a browser.
 */
export function onWake(listener: (online: boolean) => void): () => void {
  if (typeof window === "undefined") return () => {};
  const wake = () => listener(true);
  const visible = () => document.visibilityState === "visible" && listener(true);
  const offline = () => listener(false);
  window.addEventListener("online", wake);
  window.addEventListener("pageshow", wake);
  window.addEventListener("focus", wake);
  window.addEventListener("offline", offline);
  document.addEventListener("visibilitychange", visible);
  return () => {
    window.removeEventListener("online", wake);
    window.removeEventListener("pageshow", wake);
    window.removeEventListener("focus", wake);
    window.removeEventListener("offline", offline);
    document.removeEventListener("visibilitychange", visible);
  };
}
