// A proxy and registrar that nobody here wrote, on loopback: challenges whoever registers, and stands in every
// call (tests/mixer/net/kamailio.cfg).

import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { until } from "./measure.ts";

const CONFIG = resolve(import.meta.dirname, "../../../tests/mixer/net/kamailio.cfg");

export class Kamailio {
  static readonly installed = existsSync("/usr/sbin/kamailio");

  private constructor(
    private readonly process: ChildProcess,
    private readonly folder: string,
  ) {}

  static async start(port: number): Promise<Kamailio> {
    const folder = mkdtempSync(join(tmpdir(), "parley-kamailio-"));
    const at = `127.0.0.1:${port}`;
    const words = ["-DD", "-E", "-f", CONFIG, "-l", `udp:${at}`, "-l", `tcp:${at}`, "-Y", folder];
    const child = spawn("/usr/sbin/kamailio", [...words, "-m", "64", "-M", "8"], { stdio: "ignore" });
    await until("kamailio listens", () => listens(port), Boolean, 30_000);
    return new Kamailio(child, folder);
  }

  async stop(): Promise<void> {
    if (this.process.exitCode === null) {
      await new Promise((done) => {
        this.process.once("exit", done);
        this.process.kill("SIGTERM");
      });
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function listens(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      done(true);
    });
    socket.once("error", () => done(false));
  });
}
