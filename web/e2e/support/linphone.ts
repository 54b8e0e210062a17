// Another real phone: linphone on loopback, with a known tone for a voice, and what it hears in a WAV.

import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "./measure.ts";
import { freePorts } from "./ports.ts";
import { readWav, type Sound, sineWav } from "./sound.ts";

export class Linphone {
  private readonly folder = mkdtempSync(join(tmpdir(), "parley-linphone-"));
  private readonly recorded = join(this.folder, "heard.wav");
  private readonly process: ChildProcess;
  private output = "";

  static readonly installed = existsSync("/usr/bin/linphonec");

  // `codec` as linphone calls it; its tone is of that many Hz.
  constructor(
    private readonly codec: "opus" | "PCMA",
    tone: number,
    number = "+442079460999",
  ) {
    mkdirSync(join(this.folder, ".local/share/linphone"), { recursive: true });
    writeFileSync(join(this.folder, "tone.wav"), sineWav(tone, 16_000, 180));
    const rtp = freePorts(52);
    const codecs = [
      "opus 48000",
      "speex 16000",
      "speex 8000",
      "PCMU 8000",
      "PCMA 8000",
      "G722 8000",
      "GSM 8000",
    ];
    const lines = [
      "[sip]",
      "sip_port=-1",
      "sip_tcp_port=-1",
      "sip_tls_port=0",
      "use_ipv6=0",
      "guess_hostname=0",
      `contact=sip:${number}@127.0.0.1`,
      "media_encryption=none",
      "[rtp]",
      `audio_rtp_port=${rtp}-${rtp + 50}`,
      "[sound]",
      "echocancellation=0",
      // Whatever is not named is on.
      ...codecs.flatMap((known, i) => {
        const [mime = "", rate = ""] = known.split(" ");
        return [`[audio_codec_${i}]`, `mime=${mime}`, `rate=${rate}`, `enabled=${mime === codec ? 1 : 0}`];
      }),
    ];
    writeFileSync(join(this.folder, "rc"), `${lines.join("\n")}\n`);
    this.process = spawn("linphonec", ["-c", join(this.folder, "rc")], {
      env: { ...process.env, HOME: this.folder },
      stdio: ["pipe", "pipe", "pipe"],
    });
    const read = (chunk: Buffer) => {
      this.output += chunk.toString();
    };
    this.process.stdout?.on("data", read);
    this.process.stderr?.on("data", read);
  }

  private say(command: string): void {
    this.process.stdin?.write(`${command}\n`);
  }

  async dial(uri: string): Promise<void> {
    await this.says("linphonec>");
    this.say("soundcard use files");
    this.say(`record ${this.recorded}`);
    this.say(`play ${join(this.folder, "tone.wav")}`);
    this.say(`call ${uri}`);
    await this.says("Media streams established");
  }

  private async says(text: string): Promise<void> {
    await until(
      `linphone says ${text}`,
      async () => this.output,
      (output) => output.includes(text),
      30_000,
    );
  }

  heard(): Sound {
    return readWav(this.recorded, this.codec === "opus" ? 48_000 : 8000);
  }

  async hangUp(): Promise<void> {
    if (this.process.exitCode === null) {
      await new Promise((done) => {
        this.process.once("exit", done);
        this.say("terminate");
        this.say("quit");
        setTimeout(() => this.process.kill("SIGKILL"), 5000).unref();
      });
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}
