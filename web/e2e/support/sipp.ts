// A call that sipp makes, which nobody here wrote; its sound is ours: G.711 with a known tone, packet by
// packet, and what is heard.

import { type ChildProcess, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "./measure.ts";
import { fromMuLaw, type Sound, toMuLaw } from "./sound.ts";

const RATE = 8000;
const FRAME = RATE / 50;

const call = (mediaPort: number, number: string) => `<?xml version="1.0" encoding="UTF-8"?>
<scenario name="a call">
  <send retrans="500"><![CDATA[

      INVITE sip:[service]@[remote_ip]:[remote_port] SIP/2.0
      Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
      Max-Forwards: 70
      From: <sip:${number}@[local_ip]:[local_port]>;tag=[call_number]
      To: <sip:[service]@[remote_ip]:[remote_port]>
      Call-ID: [call_id]
      CSeq: 1 INVITE
      Contact: <sip:${number}@[local_ip]:[local_port];transport=[transport]>
      Content-Type: application/sdp
      Content-Length: [len]

      v=0
      o=- 1 1 IN IP4 [local_ip]
      s=-
      c=IN IP4 127.0.0.1
      t=0 0
      m=audio ${mediaPort} RTP/AVP 0
      a=rtpmap:0 PCMU/8000

  ]]></send>
  <recv response="100" optional="true"></recv>
  <recv response="180" optional="true"></recv>
  <recv response="200" rtd="true"></recv>
  <send><![CDATA[

      ACK sip:[service]@[remote_ip]:[remote_port] SIP/2.0
      Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
      Max-Forwards: 70
      From: <sip:${number}@[local_ip]:[local_port]>;tag=[call_number]
      To: <sip:[service]@[remote_ip]:[remote_port]>[peer_tag_param]
      Call-ID: [call_id]
      CSeq: 1 ACK
      Content-Length: 0

  ]]></send>
  <recv request="BYE"></recv>
  <send><![CDATA[

      SIP/2.0 200 OK
      [last_Via:]
      [last_From:]
      [last_To:]
      [last_Call-ID:]
      [last_CSeq:]
      Content-Length: 0

  ]]></send>
</scenario>
`;

export class SippCall {
  private readonly folder = mkdtempSync(join(tmpdir(), "parley-sipp-"));
  private readonly media = createSocket("udp4");
  private sipp: ChildProcess | null = null;
  private server = 0;
  private sent = 0;
  private began = 0;
  private clock: NodeJS.Timeout | null = null;
  private readonly frames: Int16Array[] = [];

  static readonly installed = existsSync("/usr/bin/sipp");

  constructor(private readonly tone: number) {}

  // `transport` as sipp has it: u1 or t1. Ends when the server hangs up.
  async dial(pin: string, port: number, transport: string, number = "+442079460999"): Promise<void> {
    await new Promise<void>((done) => this.media.bind(0, "127.0.0.1", done));
    this.media.on("message", (packet, from) => {
      this.server = from.port;
      if (packet.length === 12 + FRAME && (packet.readUInt8(1) & 0x7f) === 0) {
        this.frames.push(fromMuLaw(packet.subarray(12)));
      }
    });
    const scenario = join(this.folder, "call.xml");
    writeFileSync(scenario, call(this.media.address().port, number));
    const words = ["-sf", scenario, "-s", pin, "-m", "1", "-t", transport, "-i", "127.0.0.1", "-nostdin"];
    this.sipp = spawn("sipp", [`127.0.0.1:${port}`, ...words], { cwd: this.folder, stdio: "ignore" });
    await until(
      "the server plays something to sipp's call",
      async () => this.frames.length,
      (frames) => frames > 0,
      30_000,
    );
    this.began = performance.now();
    this.clock = setInterval(() => this.speak(), 10);
  }

  // What is due by now.
  private speak(): void {
    while (20 * this.sent < performance.now() - this.began) {
      const packet = Buffer.alloc(12 + FRAME);
      packet.writeUInt8(0x80, 0);
      packet.writeUInt16BE(this.sent & 0xffff, 2);
      packet.writeUInt32BE(this.sent * FRAME, 4);
      packet.writeUInt32BE(7, 8);
      for (let i = 0; i < FRAME; i++) {
        const angle = (2 * Math.PI * this.tone * (this.sent * FRAME + i)) / RATE;
        packet.writeUInt8(toMuLaw(9000 * Math.sin(angle)), 12 + i);
      }
      this.media.send(packet, this.server, "127.0.0.1");
      this.sent++;
    }
  }

  heard(): Sound {
    const samples = new Int16Array(this.frames.length * FRAME);
    this.frames.forEach((frame, i) => {
      samples.set(frame, i * FRAME);
    });
    return { samples, rate: RATE };
  }

  // Of sipp, once the server has hung up: 0 when all went as the scenario says.
  async ended(): Promise<number | null> {
    const sipp = this.sipp;
    if (sipp && sipp.exitCode === null) await new Promise((done) => sipp.once("exit", done));
    return sipp?.exitCode ?? null;
  }

  async hangUp(): Promise<void> {
    if (this.clock) clearInterval(this.clock);
    this.sipp?.kill("SIGKILL");
    this.media.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
