import { defineConfig } from "vitest/config";

// Figures of real browsers, for `bench/run`: rows go to the file that PARLEY_BENCH_ROWS names.
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ["**/*.bench.ts"],
    fileParallelism: false,
    testTimeout: 240_000,
    hookTimeout: 90_000,
    globalSetup: ["support/fixtures.ts"],
  },
});
