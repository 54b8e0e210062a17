// A provider's door on loopback: passes SIP between the server and a telephone, and counts what the server
// asks to be called.

import { createSocket, type RemoteInfo } from "node:dgram";

export class Provider {
  /** Request lines of the INVITEs that came, without those that were sent again. */
  readonly invites: string[] = [];
  readonly port: number;
  private readonly socket = createSocket("udp4");
  private server: RemoteInfo | null = null;
  private readonly seen = new Set<string>();

  private constructor(port: number, telephone: number) {
    this.port = port;
    this.socket.on("message", (bytes, from) => {
      if (from.port === telephone) {
        if (this.server) this.socket.send(bytes, this.server.port, this.server.address);
        return;
      }
      this.server = from;
      this.count(bytes.toString());
      this.socket.send(bytes, telephone, "127.0.0.1");
    });
    // A telephone that is not there yet.
    this.socket.on("error", () => {});
  }

  static async open(port: number, telephone: number): Promise<Provider> {
    const provider = new Provider(port, telephone);
    await new Promise<void>((done) => provider.socket.bind(port, "127.0.0.1", done));
    return provider;
  }

  close(): void {
    this.socket.close();
  }

  private count(message: string): void {
    const line = message.slice(0, message.indexOf("\r\n"));
    const branch = /branch=([^;\s]+)/.exec(message)?.[1] ?? "";
    if (!line.startsWith("INVITE ") || this.seen.has(branch)) return;
    this.seen.add(branch);
    this.invites.push(line);
  }
}
