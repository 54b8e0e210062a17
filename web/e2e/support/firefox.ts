// Debian's Firefox ESR through WebDriver BiDi, as much of it as the tests need.

import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import WebSocket from "ws";
import { TONES } from "./fixtures.ts";
import { until } from "./measure.ts";
import type { Room } from "./server.ts";

const PREFERENCES: Record<string, string | number | boolean> = {
  "media.navigator.streams.fake": true, // a tone and a picture whose colour wanders
  "media.navigator.audio.fake_frequency": TONES[0],
  "permissions.default.camera": 1, // allowed; without a permission only the default route's address is a candidate
  "permissions.default.microphone": 1,
  "media.peerconnection.ice.obfuscate_host_addresses": false,
  "media.autoplay.default": 0,
  "media.gmp-manager.updateEnabled": false,
  "app.update.disabledForTesting": true,
  "browser.shell.checkDefaultBrowser": false,
  "datareporting.policy.dataSubmissionEnabled": false,
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
  "remote.active-protocols": 1,
};

interface Answer {
  id: number;
  type: "success" | "error";
  result?: unknown;
  message?: string;
}

const SPEAKER = "speaker";

// Firefox plays nothing, and measures nothing, on a machine without a sound card: this is one, silent.
async function openSpeaker(folder: string): Promise<ChildProcess> {
  const socket = join(folder, SPEAKER);
  const process = spawn(
    "/usr/bin/pulseaudio",
    [
      ...["-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1"],
      ...["-L", "module-null-sink", "-L", `module-native-protocol-unix auth-anonymous=1 socket=${socket}`],
    ],
    { stdio: "ignore", env: { ...globalThis.process.env, HOME: folder, XDG_RUNTIME_DIR: folder } },
  );
  let ended = false;
  process.once("exit", () => {
    ended = true;
  });
  while (!existsSync(socket)) {
    if (ended) throw new Error("pulseaudio ended at its start");
    await new Promise((done) => setTimeout(done, 50));
  }
  return process;
}

export class Firefox {
  private nextId = 1;
  private readonly waiting = new Map<number, (answer: Answer) => void>();
  private context = "";
  private readonly process: ChildProcess;
  private readonly profile: string;
  private readonly socket: WebSocket;

  private readonly speaker: ChildProcess;

  private constructor(process: ChildProcess, speaker: ChildProcess, profile: string, socket: WebSocket) {
    this.process = process;
    this.speaker = speaker;
    this.profile = profile;
    this.socket = socket;
    socket.on("message", (data) => {
      const answer = JSON.parse(String(data)) as Answer;
      this.waiting.get(answer.id)?.(answer);
      this.waiting.delete(answer.id);
    });
  }

  // Without `loopback` it sends no media to this machine, as it comes.
  static async launch({ loopback = true } = {}): Promise<Firefox> {
    const profile = mkdtempSync(join(tmpdir(), "parley-e2e-firefox-"));
    const lines = Object.entries({
      ...PREFERENCES,
      "media.peerconnection.ice.loopback": loopback,
    }).map(([k, v]) => `user_pref("${k}", ${JSON.stringify(v)});`);
    writeFileSync(join(profile, "user.js"), lines.join("\n"));
    const speaker = await openSpeaker(profile);
    const process = spawn(
      "/usr/bin/firefox-esr",
      ["--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", "0"],
      {
        stdio: ["ignore", "pipe", "pipe"],
        env: {
          ...globalThis.process.env,
          MOZ_DISABLE_CONTENT_SANDBOX: "1",
          HOME: profile,
          PULSE_SERVER: `unix:${join(profile, SPEAKER)}`,
        },
      },
    );
    const address = await new Promise<string>((done, fail) => {
      let output = "";
      process.stderr?.on("data", (chunk: Buffer) => {
        output += chunk.toString();
        const found = /WebDriver BiDi listening on (ws:\/\/\S+)/.exec(output);
        if (found?.[1]) done(found[1]);
      });
      process.once("exit", (code) => fail(new Error(`Firefox ended with ${code}: ${output}`)));
    });
    const socket = new WebSocket(`${address}/session`);
    await new Promise((done, fail) => socket.once("open", done).once("error", fail));
    const browser = new Firefox(process, speaker, profile, socket);
    await browser.send("session.new", { capabilities: { alwaysMatch: { acceptInsecureCerts: true } } });
    const tree = (await browser.send("browsingContext.getTree", {})) as { contexts: { context: string }[] };
    browser.context = tree.contexts[0]?.context ?? "";
    return browser;
  }

  async goto(url: string): Promise<void> {
    await this.send("browsingContext.navigate", { context: this.context, url, wait: "complete" });
  }

  // As Playwright's: the function goes over as text with one JSON argument; promises are awaited.
  async evaluate<R, A = undefined>(run: (argument: A) => R | Promise<R>, argument?: A): Promise<R> {
    const call = `(${run})(${JSON.stringify(argument) ?? ""})`;
    const answer = (await this.send("script.evaluate", {
      expression: `(async () => JSON.stringify(await ${call}))()`,
      target: { context: this.context },
      awaitPromise: true,
      userActivation: true,
    })) as { type: string; result?: { value?: string }; exceptionDetails?: { text: string } };
    if (answer.type !== "success") throw new Error(answer.exceptionDetails?.text ?? "script failed");
    return answer.result?.value === undefined ? (undefined as R) : (JSON.parse(answer.result.value) as R);
  }

  // Runs in every page before the page's own scripts.
  async addInitScript<A>(run: (argument: A) => void, argument?: A): Promise<void> {
    const call = `(${run})(${JSON.stringify(argument) ?? ""})`;
    await this.send("script.addPreloadScript", { functionDeclaration: `() => ${call}` });
  }

  // Another tab, and from then on the one that is meant; the others go on behind it.
  async openTab(): Promise<void> {
    const tab = (await this.send("browsingContext.create", { type: "tab" })) as { context: string };
    this.context = tab.context;
  }

  click(testId: string): Promise<void> {
    return this.evaluate((id) => document.querySelector<HTMLElement>(`[data-testid=${id}]`)?.click(), testId);
  }

  async shows(testId: string): Promise<void> {
    await until(
      `Firefox shows "${testId}"`,
      () => this.evaluate((id) => document.querySelector(`[data-testid=${id}]`) !== null, testId),
      (there) => there,
    );
  }

  /** As somebody who types it. */
  async fill(testId: string, value: string): Promise<void> {
    await this.evaluate(
      ([id, value]) => {
        const field = document.querySelector<HTMLInputElement>(`[data-testid=${id}]`);
        if (!field) return;
        field.value = value;
        for (const type of ["input", "change"]) field.dispatchEvent(new Event(type, { bubbles: true }));
      },
      [testId, value] as const,
    );
  }

  async join(room: Room, name: string): Promise<void> {
    await this.goto(room.url);
    await this.shows("name");
    await this.fill("name", name);
    await this.click("join");
    await this.shows("leave");
  }

  async setViewport(width: number, height: number): Promise<void> {
    await this.send("browsingContext.setViewport", { context: this.context, viewport: { width, height } });
  }

  async reload(): Promise<void> {
    await this.send("browsingContext.reload", { context: this.context, wait: "complete" });
  }

  async screenshot(path: string): Promise<void> {
    mkdirSync(dirname(path), { recursive: true });
    const shot = (await this.send("browsingContext.captureScreenshot", { context: this.context })) as {
      data: string;
    };
    writeFileSync(path, Buffer.from(shot.data, "base64"));
  }

  async close(): Promise<void> {
    this.socket.close();
    for (const process of [this.process, this.speaker]) {
      const ended = new Promise((done) => process.once("exit", done));
      if (process.kill("SIGTERM")) await ended;
    }
    rmSync(this.profile, { recursive: true, force: true });
  }

  private send(method: string, params: unknown): Promise<unknown> {
    const id = this.nextId++;
    return new Promise((done, fail) => {
      this.waiting.set(id, (answer) =>
        answer.type === "error" ? fail(new Error(`${method}: ${answer.message}`)) : done(answer.result),
      );
      this.socket.send(JSON.stringify({ id, method, params }));
    });
  }
}
