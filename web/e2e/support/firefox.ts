// Debian's Firefox ESR through WebDriver BiDi, as much of it as the tests need.

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import WebSocket from "ws";

const PREFERENCES: Record<string, string | number | boolean> = {
  "media.navigator.streams.fake": true, // a 440 Hz tone and a moving picture
  "media.navigator.permission.disabled": true,
  "media.peerconnection.ice.loopback": true,
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

export class Firefox {
  private nextId = 1;
  private readonly waiting = new Map<number, (answer: Answer) => void>();
  private context = "";
  private readonly process: ChildProcess;
  private readonly profile: string;
  private readonly socket: WebSocket;

  private constructor(process: ChildProcess, profile: string, socket: WebSocket) {
    this.process = process;
    this.profile = profile;
    this.socket = socket;
    socket.on("message", (data) => {
      const answer = JSON.parse(String(data)) as Answer;
      this.waiting.get(answer.id)?.(answer);
      this.waiting.delete(answer.id);
    });
  }

  static async launch(): Promise<Firefox> {
    const profile = mkdtempSync(join(tmpdir(), "parley-e2e-firefox-"));
    const lines = Object.entries(PREFERENCES).map(([k, v]) => `user_pref("${k}", ${JSON.stringify(v)});`);
    writeFileSync(join(profile, "user.js"), lines.join("\n"));
    const process = spawn(
      "/usr/bin/firefox-esr",
      ["--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", "0"],
      {
        stdio: ["ignore", "pipe", "pipe"],
        env: { ...globalThis.process.env, MOZ_DISABLE_CONTENT_SANDBOX: "1", HOME: profile },
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
    const browser = new Firefox(process, profile, socket);
    await browser.send("session.new", { capabilities: { alwaysMatch: { acceptInsecureCerts: true } } });
    const tree = (await browser.send("browsingContext.getTree", {})) as { contexts: { context: string }[] };
    browser.context = tree.contexts[0]?.context ?? "";
    return browser;
  }

  async goto(url: string): Promise<void> {
    await this.send("browsingContext.navigate", { context: this.context, url, wait: "complete" });
  }

  // The JSON value of an expression in the page; promises are awaited.
  async evaluate<T>(expression: string): Promise<T> {
    const answer = (await this.send("script.evaluate", {
      expression: `(async () => JSON.stringify(await (${expression})))()`,
      target: { context: this.context },
      awaitPromise: true,
      userActivation: true,
    })) as { type: string; result?: { value?: string }; exceptionDetails?: { text: string } };
    if (answer.type !== "success") throw new Error(answer.exceptionDetails?.text ?? "script failed");
    return answer.result?.value === undefined ? (undefined as T) : (JSON.parse(answer.result.value) as T);
  }

  async screenshot(path: string): Promise<void> {
    const shot = (await this.send("browsingContext.captureScreenshot", { context: this.context })) as {
      data: string;
    };
    writeFileSync(path, Buffer.from(shot.data, "base64"));
  }

  async close(): Promise<void> {
    this.socket.close();
    const ended = new Promise((done) => this.process.once("exit", done));
    this.process.kill("SIGTERM");
    await ended;
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
