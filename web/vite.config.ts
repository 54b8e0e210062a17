import { defineConfig } from "vitest/config";
import { budget } from "./build/budget.ts";
import { precompress } from "./build/precompress.ts";

// One page for every address (`/` and `/r/NAME`); the server sends index.html for both and everything
// under assets/ with a long lifetime, because those names carry a hash of their content. Nothing is
// inlined: the Content-Security-Policy allows no inline script and no data: address.
export default defineConfig({
  base: "/",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "dist",
    assetsDir: "assets",
    target: ["chrome120", "firefox128", "safari17"],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
    reportCompressedSize: false,
  },
  plugins: [budget(), precompress()],
  server: { proxy: { "/ws": { target: "ws://localhost:8080", ws: true }, "/api": "http://localhost:8080" } },
  test: {
    environment: "happy-dom",
    include: ["sdk/**/*.test.ts", "ui/**/*.test.{ts,tsx}"],
    restoreMocks: true,
  },
});
