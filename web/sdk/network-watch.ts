import type { Environment } from "./environment.ts";

export interface NetworkListener {
  /** The browser says that the network is another one, or is back. */
  handleNetworkChange(): void;
  /** The person looks at the page again; timers may have slept meanwhile. */
  handleVisible(): void;
}

// What the browser itself tells about the network and the page. Page lifetime.
export function watchNetwork(environment: Environment, listener: NetworkListener): void {
  const { window, document, network } = environment;
  const handleChange = () => listener.handleNetworkChange();
  window.addEventListener("online", handleChange);
  network?.addEventListener("change", handleChange);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") listener.handleVisible();
  });
}
