// Somebody at a browser of their own: what a person does with the page, and what they see and hear.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import type { ConnectionStats } from "../../sdk/stats.ts";
import type { TestHook } from "../../sdk/test-hook.ts";
import { type BrowserOptions, launchChromium } from "./browser.ts";
import type { PictureCode } from "./code.ts";
import { keepPlayers, picturesOf, soundsOf, tonesIn, until, watchShifts } from "./measure.ts";
import type { Room } from "./server.ts";

// Where screenshots go; outside git.
export const output = join(import.meta.dirname, "../output");

export interface PersonOptions extends BrowserOptions {
  name: string;
  viewport?: { width: number; height: number };
  locale?: string;
  colorScheme?: "light" | "dark";
}

export class Person {
  readonly name: string;
  readonly page: Page;
  readonly context: BrowserContext;
  private readonly browser: Browser;
  // What went wrong in the page so far.
  private readonly troubles: string[] = [];

  private constructor(name: string, browser: Browser, context: BrowserContext, page: Page) {
    this.name = name;
    this.browser = browser;
    this.context = context;
    this.page = page;
    page.on("pageerror", (error) => this.troubles.push(error.message));
    page.on("requestfailed", (request) => {
      this.troubles.push(`${request.url().split("#")[0]}: ${request.failure()?.errorText}`);
    });
    page.on("response", (response) => {
      if (!response.ok()) this.troubles.push(`${response.url().split("#")[0]}: ${response.status()}`);
    });
  }

  static async open(options: PersonOptions): Promise<Person> {
    const browser = await launchChromium(options);
    const context = await browser.newContext({
      viewport: options.viewport ?? { width: 1280, height: 800 },
      locale: options.locale ?? "en-US",
      colorScheme: options.colorScheme ?? "light",
      ignoreHTTPSErrors: true,
    });
    await context.addInitScript(keepPlayers);
    await context.addInitScript(watchShifts);
    return new Person(options.name, browser, context, await context.newPage());
  }

  // Keeps a token as the host link does: it speaks for them on every page from the next one on.
  async signIn(token: string): Promise<void> {
    await this.context.addInitScript((token) => {
      localStorage.setItem("parley.host", JSON.stringify({ token, expiresAt: Date.now() + 3_600_000 }));
    }, token);
  }

  byId(id: string) {
    return this.page.getByTestId(id);
  }

  async goTo(room: Room): Promise<void> {
    try {
      await this.page.goto(room.url);
      await this.byId("name").fill(this.name);
    } catch (error) {
      const shown = await this.page.locator("body").textContent({ timeout: 1_000 }).catch(String);
      throw new Error(`${error}\nThe page shows "${shown}"; ${this.troubles.join("; ")}`);
    }
  }

  async join(room: Room): Promise<void> {
    await this.goTo(room);
    await this.byId("join").click();
    await this.byId("leave").waitFor();
  }

  tile(name: string, kind: "camera" | "screen" = "camera") {
    return this.page.locator(`[data-testid=tile][data-name="${name}"][data-kind=${kind}]`);
  }

  async tileNames(): Promise<string[]> {
    return this.page
      .locator("[data-testid=tile][data-kind=camera]")
      .evaluateAll((tiles) => tiles.map((tile) => tile.getAttribute("data-name") ?? "").sort());
  }

  // The code in the picture of somebody's tile, now.
  async pictureOf(name: string, kind: "camera" | "screen" = "camera"): Promise<PictureCode | null> {
    const selector = `[data-testid=tile][data-name="${name}"][data-kind=${kind}] video`;
    return (await picturesOf(this.page, selector))[0] ?? null;
  }

  // Waits until somebody's tile shows the camera it should, and that it moves.
  async sees(name: string, camera: number, timeoutMs?: number): Promise<void> {
    const first = await until(
      `${this.name} sees camera ${camera} in the tile of ${name}`,
      () => this.pictureOf(name),
      (code) => code?.camera === camera,
      timeoutMs,
    );
    await until(
      `the picture of ${name} moves for ${this.name}`,
      () => this.pictureOf(name),
      (code) => code?.camera === camera && code.frame !== first?.frame,
      timeoutMs,
    );
  }

  // The tones heard now, as numbers of microphones.
  async tones(): Promise<number[]> {
    return tonesIn(await soundsOf(this.page));
  }

  async hears(microphones: readonly number[], timeoutMs?: number): Promise<void> {
    const wanted = JSON.stringify([...microphones].sort());
    await until(
      `${this.name} hears ${wanted}`,
      () => this.tones(),
      (tones) => JSON.stringify(tones) === wanted,
      timeoutMs,
    );
  }

  // By how much its parts have moved since the page was loaded, and which.
  async layoutShift(): Promise<{ sum: number; moved: string[] }> {
    return this.page.evaluate(
      () => (window as unknown as { __shifts: { sum: number; moved: string[] } }).__shifts,
    );
  }

  // The SDK's own view of the connection.
  async stats(): Promise<ConnectionStats> {
    const stats = await this.page.evaluate(() =>
      (window as unknown as { __parley: TestHook }).__parley.stats(),
    );
    if (!stats) throw new Error(`${this.name} has no connection`);
    return stats;
  }

  // Milliseconds between the pictures of a tile, for as long as `ms`; the longest is the gap.
  async longestGap(name: string, ms: number): Promise<number> {
    return this.tile(name)
      .locator("video")
      .evaluate(async (video: HTMLVideoElement, ms) => {
        const start = performance.now();
        let last = start;
        let longest = 0;
        while (performance.now() - start < ms) {
          await new Promise((done) => {
            video.requestVideoFrameCallback(done);
            setTimeout(done, 200);
          });
          const frames = video.getVideoPlaybackQuality().totalVideoFrames;
          const now = performance.now();
          const seen = Number(video.dataset.frames ?? -1);
          if (frames !== seen) {
            if (seen >= 0) longest = Math.max(longest, now - last);
            last = now;
            video.dataset.frames = String(frames);
          }
        }
        return Math.max(longest, performance.now() - last);
      }, ms);
  }

  async screenshot(name: string): Promise<void> {
    mkdirSync(output, { recursive: true });
    await this.page.screenshot({ path: join(output, `${name}.png`) });
  }

  // As when their computer's power fails: nobody is told anything.
  async kill(): Promise<void> {
    const session = await this.browser.newBrowserCDPSession();
    const { processInfo } = await session.send("SystemInfo.getProcessInfo");
    const gone = new Promise((done) => this.browser.once("disconnected", done));
    for (const { type, id } of processInfo) if (type === "browser") process.kill(id, "SIGKILL");
    await gone;
  }

  async close(): Promise<void> {
    await this.browser.close();
  }
}
