// A component whose code comes when it is first drawn; nothing stands in its place until then. All of Suspense
// that is needed here: preact/compat has it too, and weighs 2 kB on the way to the join page.

import { signal } from "@preact/signals";
import type { FunctionComponent } from "preact";

export function lazy<Props extends object>(
  load: () => Promise<FunctionComponent<Props>>,
): FunctionComponent<Props> {
  const loaded = signal<FunctionComponent<Props> | null>(null);
  let isLoading = false;
  const begin = async () => {
    isLoading = true;
    try {
      loaded.value = await load();
    } catch (error) {
      // Whoever draws it anew asks again.
      reportError(error);
    }
    isLoading = false;
  };
  return function Lazy(props) {
    const Component = loaded.value;
    if (!Component && !isLoading) void begin();
    return Component && <Component {...props} />;
  };
}
