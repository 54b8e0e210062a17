// Storage that speaks S3, of another hand (s3rver), on loopback, with a bucket of a name.

import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { freePorts } from "./ports.ts";

const program = resolve(import.meta.dirname, "../../node_modules/.bin/s3rver");

export class Storage {
  readonly bucket = "meetings";
  readonly data = mkdtempSync(join(tmpdir(), "parley-e2e-s3-"));
  readonly port = freePorts();
  private process: ChildProcess | null = null;

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    const args = [
      "-d",
      this.data,
      "-a",
      "127.0.0.1",
      "-p",
      String(this.port),
      "--configure-bucket",
      this.bucket,
    ];
    this.process = spawn(program, args, { stdio: ["ignore", "pipe", "inherit"] });
    await new Promise<void>((done, fail) => {
      this.process?.once("exit", (code) => fail(new Error(`s3rver ended with ${code}`)));
      this.process?.stdout?.on("data", (chunk: Buffer) => {
        if (chunk.toString().includes("listening")) done();
      });
    });
  }

  /** It takes no more bytes, and says nothing, until it goes on. */
  pause(): void {
    this.process?.kill("SIGSTOP");
  }
  goOn(): void {
    this.process?.kill("SIGCONT");
  }

  /** What it holds under a folder, by name. */
  objects(folder: string): Map<string, Buffer> {
    const end = "._S3rver_object";
    const path = join(this.data, this.bucket, folder);
    const names = existsSync(path) ? readdirSync(path).filter((name) => name.endsWith(end)) : [];
    return new Map(names.map((name) => [name.slice(0, -end.length), readFileSync(join(path, name))]));
  }

  stop(): void {
    this.goOn();
    this.process?.removeAllListeners("exit");
    this.process?.kill("SIGKILL");
    rmSync(this.data, { recursive: true, force: true });
  }
}
