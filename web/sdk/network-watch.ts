import type { Environment } from "./environment.ts";

export interface NetworkListener {
  /** There was no network, and now there is one. */
  handleOnline(): void;
  /** The network may be another one, or only faster or slower. */
  handleNetworkChange(): void;
  /** The person looks at the page again; timers may have slept meanwhile. */
  handleVisible(): void;
}

// What the browser itself tells about the network and the page. Page lifetime.
export function watchNetwork(environment: Environment, listener: NetworkListener): void {
  const { window, document, network } = environment;
  window.addEventListener("online", () => listener.handleOnline());
  network?.addEventListener("change", () => listener.handleNetworkChange());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") listener.handleVisible();
  });
}
