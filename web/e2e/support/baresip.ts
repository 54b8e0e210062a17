// A real phone: baresip on loopback, with a known tone for a voice, keys that are pressed by its console,
// and everything that it hears kept in a WAV.

import { type ChildProcess, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "./measure.ts";
import { freePorts } from "./ports.ts";
import { readWav, type Sound, sineWav } from "./sound.ts";

export interface PhoneOptions {
  // As baresip lists it, and the rate at which its sound is made.
  codec: string;
  rate: number;
  channels?: number; // baresip wants two for Opus
  // Of its voice, Hz.
  tone: number;
  number?: string;
  // Where it is called; else at a port of the system's choice.
  port?: number;
  // Further account parameters, such as ";mediaenc=srtp-mand".
  account?: string;
}

export class Phone {
  private readonly folder = mkdtempSync(join(tmpdir(), "parley-phone-"));
  private readonly console = freePorts();
  private readonly keys = createSocket("udp4");
  private process: ChildProcess | null = null;
  output = "";

  constructor(options: PhoneOptions) {
    const tone = join(this.folder, "tone.wav");
    writeFileSync(tone, sineWav(options.tone, options.rate, 180, options.channels));
    const rtp = freePorts(52);
    const lines = [
      "module_path /usr/lib/baresip/modules",
      `sip_listen 127.0.0.1:${options.port ?? 0}`,
      `audio_source aufile,${tone}`,
      "audio_player aubridge,nil",
      "audio_alert aubridge,nil",
      `rtp_ports ${rtp}-${rtp + 50}`,
      `cons_listen 127.0.0.1:${this.console}`,
      `snd_path ${this.folder}`,
      ...["g711", "g722", "opus", "aufile", "aubridge", "sndfile", "srtp", "dtls_srtp"].map(
        (name) => `module ${name}.so`,
      ),
      "module_tmp account.so",
      "module_app menu.so",
      "module_app cons.so",
    ];
    writeFileSync(join(this.folder, "config"), `${lines.join("\n")}\n`);
    writeFileSync(join(this.folder, "contacts"), "");
    const user = options.number ?? "+442079460999";
    const account = `<sip:${user}@127.0.0.1>;regint=0;audio_codecs=${options.codec}${options.account ?? ""}`;
    writeFileSync(join(this.folder, "accounts"), `${account}\n`);
  }

  // Calls, and waits until somebody answers.
  async dial(uri: string): Promise<void> {
    this.start(["-e", `/dial ${uri}`]);
    await until(
      `${uri} answers`,
      async () => this.output,
      (output) => output.includes("dumping decode audio"),
    );
  }

  // Is there to be called.
  async switchOn(): Promise<void> {
    this.start([]);
    await until(
      "the phone is on",
      async () => this.output,
      (output) => output.includes("baresip is ready"),
    );
  }

  async accept(): Promise<void> {
    await this.command("/accept");
  }

  async refuse(): Promise<void> {
    await this.command("/hangup");
  }

  // Sends whoever calls or was called elsewhere.
  async transfer(uri: string): Promise<void> {
    await this.command(`/transfer ${uri}`);
  }

  private command(text: string): Promise<void> {
    return new Promise((done) => this.keys.send(`${text}\n`, this.console, "127.0.0.1", () => done()));
  }

  private start(more: string[]): void {
    const child = spawn("baresip", ["-4", "-f", this.folder, ...more], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.process = child;
    const read = (chunk: Buffer) => {
      this.output += chunk.toString();
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
  }

  async press(keys: string): Promise<void> {
    for (const key of keys) {
      await new Promise((done) => this.keys.send(key, this.console, "127.0.0.1", done));
      await new Promise((done) => setTimeout(done, 300));
    }
  }

  // How many calls have ended, by whomever.
  get ended(): number {
    return this.output.split(/session closed|terminated/).length - 1;
  }

  // What was heard since the call began, and at which rate.
  heard(): Sound {
    const file = readdirSync(this.folder).find((name) => name.endsWith("-dec.wav"));
    if (!file) throw new Error(`the phone heard nothing:\n${this.output.slice(-2000)}`);
    return readWav(join(this.folder, file));
  }

  async hangUp(): Promise<void> {
    const child = this.process;
    this.process = null;
    this.keys.close();
    if (child && child.exitCode === null && child.signalCode === null) {
      await new Promise((done) => {
        child.once("exit", done);
        child.kill("SIGTERM");
        setTimeout(() => child.kill("SIGKILL"), 3000).unref();
      });
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}
