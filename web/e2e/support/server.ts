// A real Parley on ports of its own with a data folder of its own.

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { freePorts } from "./ports.ts";

const root = resolve(import.meta.dirname, "../../..");
const binary = process.env.PARLEY_BINARY ?? join(root, ".build/release/parley");

const kWorkers = 2;

export interface Room {
  name: string;
  invite: string;
  url: string;
}

export interface ServerOptions {
  // A namespace that it runs in, and the address at which it is reached there.
  netns?: string;
  address?: string;
  args?: readonly string[];
  workers?: number;
}

export class Server {
  readonly binary = binary;
  readonly data = mkdtempSync(join(tmpdir(), "parley-e2e-"));
  localPort = 0;
  port = 0;
  mediaPort = 0;
  output = "";
  hostLink = "";
  private process: ChildProcess | null = null;
  private hostToken = "";
  private readonly options: ServerOptions;

  private constructor(options: ServerOptions) {
    this.options = options;
  }

  static async start(options: ServerOptions = {}): Promise<Server> {
    const server = new Server(options);
    server.localPort = freePorts();
    server.port = freePorts();
    // Workers take consecutive ports.
    server.mediaPort = freePorts(options.workers ?? kWorkers);
    await server.run();
    return server;
  }

  get pid(): number {
    return this.process?.pid ?? 0;
  }

  /** Its children of that name that run, by their ids. */
  children(program: string): number[] {
    return readdirSync("/proc").flatMap((entry) => {
      if (!/^\d+$/.test(entry)) return [];
      try {
        const [, name, state, parent] =
          /^\d+ \((.*)\) (\S) (\d+)/.exec(readFileSync(`/proc/${entry}/stat`, "utf8")) ?? [];
        return name === program && state !== "Z" && Number(parent) === this.pid ? [Number(entry)] : [];
      } catch {
        return [];
      }
    });
  }

  get origin(): string {
    const { address } = this.options;
    return address ? `https://${address}:${this.port}` : `http://localhost:${this.localPort}`;
  }

  // Starts the process and waits for the host link that it prints.
  async run(): Promise<void> {
    const args = [
      "--local-port",
      String(this.localPort),
      "--port",
      String(this.port),
      "--media-port",
      String(this.mediaPort),
      "--workers",
      String(this.options.workers ?? kWorkers),
      "--data",
      this.data,
      "--web",
      process.env.PARLEY_WEB ?? join(root, "web/dist"),
      ...(this.options.address ? ["--public-address", this.options.address] : []),
      ...(this.options.args ?? []),
    ];
    const command = this.options.netns
      ? ["ip", "netns", "exec", this.options.netns, binary, ...args]
      : [binary, ...args];
    const child = spawn(command[0] ?? "", command.slice(1), { stdio: ["ignore", "pipe", "pipe"] });
    this.process = child;
    this.output = "";
    await new Promise<void>((done, fail) => {
      const read = (chunk: Buffer) => {
        this.output += chunk.toString();
        const link = /https?:\/\/\S+#host=\S+/.exec(this.output);
        if (link) {
          this.hostLink = link[0];
          done();
        }
      };
      child.stdout?.on("data", read);
      child.stderr?.on("data", read);
      child.once("exit", (code) => fail(new Error(`parley ended with ${code}:\n${this.output}`)));
    });
  }

  async kill(signal: NodeJS.Signals): Promise<void> {
    const child = this.process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    await new Promise((done) => {
      child.once("exit", done);
      child.kill(signal);
    });
    this.process = null;
  }

  async stop(): Promise<void> {
    await this.kill("SIGTERM");
    rmSync(this.data, { recursive: true, force: true });
  }

  async post<T>(path: string, body: unknown, token = this.hostToken): Promise<T> {
    const { netns } = this.options;
    const headers = {
      "content-type": "application/json",
      ...(token ? { authorization: `Bearer ${token}` } : {}),
    };
    if (netns) {
      const fields = Object.entries(headers).flatMap(([name, value]) => ["-H", `${name}: ${value}`]);
      const curl = ["curl", "-sfk", ...fields, "-d", JSON.stringify(body), this.origin + path];
      return JSON.parse(execFileSync("ip", ["netns", "exec", netns, ...curl], { encoding: "utf8" })) as T;
    }
    const answer = await fetch(this.origin + path, {
      method: "POST",
      headers,
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  // Redeems the printed link once and keeps the token.
  async host(): Promise<string> {
    if (!this.hostToken) {
      const link = this.hostLink.split("#host=")[1] ?? "";
      this.hostToken = (await this.post<{ token: string }>("/api/v1/host-links/redeem", { link }, "")).token;
    }
    return this.hostToken;
  }

  // As an operator makes one: the program's own command.
  token(room: Room, role: "host" | "panelist" | "attendee", name: string, ttl = "24h"): string {
    const args = ["token", "--room", room.name, "--role", role, "--name", name, "--data", this.data];
    args.push("--ttl", ttl);
    return execFileSync(binary, args, { encoding: "utf8" }).trim();
  }

  async makeRoom(title = "Weekly", more: object = {}): Promise<Room> {
    await this.host();
    const room = await this.post<Room>("/api/v1/rooms", { title, ...more });
    return { ...room, url: `${this.origin}/r/${room.name}?test#k=${room.invite}` };
  }
}
