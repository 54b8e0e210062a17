import { defineConfig } from "vitest/config";

// Real browsers share one small machine: one file after the other. Steps of one meeting build on each
// other, so nothing is retried.
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ["**/*.test.ts"],
    fileParallelism: false,
    testTimeout: 90_000,
    hookTimeout: 90_000,
    globalSetup: ["support/fixtures.ts"],
  },
});
