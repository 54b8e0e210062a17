// Small networks of our own: each namespace hangs on a bridge-less veth pair to the server's one.
// Needs root; everything made here is removed by close().

import { execFileSync } from "node:child_process";

const run = (command: string) => {
  const [program = "", ...args] = command.split(" ");
  return execFileSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
};

export class Network {
  readonly server: string;
  private readonly name = `parley${process.pid}`;
  private readonly made: string[] = [];
  private clients = 0;

  constructor() {
    this.server = `${this.name}s`;
    this.add(this.server);
  }

  private add(netns: string): void {
    run(`ip netns add ${netns}`);
    this.made.push(netns);
    run(`ip -n ${netns} link set lo up`);
  }

  // A namespace with a link of its own to the server: 10.77.N.1 is the server, 10.77.N.2 the client.
  client(): { netns: string; serverIp: string; clientIp: string; link: string } {
    const n = ++this.clients;
    const netns = `${this.name}c${n}`;
    this.add(netns);
    const [near, far] = [`pv${n}s`, `pv${n}c`];
    run(`ip -n ${this.server} link add ${near} type veth peer name ${far} netns ${netns}`);
    run(`ip -n ${this.server} addr add 10.77.${n}.1/24 dev ${near}`);
    run(`ip -n ${netns} addr add 10.77.${n}.2/24 dev ${far}`);
    run(`ip -n ${this.server} link set ${near} up`);
    run(`ip -n ${netns} link set ${far} up`);
    run(`ip -n ${netns} route add default via 10.77.${n}.1`);
    return { netns, serverIp: `10.77.${n}.1`, clientIp: `10.77.${n}.2`, link: far };
  }

  in(netns: string, command: string): string {
    return run(`ip netns exec ${netns} ${command}`);
  }

  // All UDP of a namespace is lost, silently, as behind a strict firewall.
  blockUdp(netns: string): void {
    this.in(netns, "nft add table inet block");
    for (const hook of ["input", "output"]) {
      this.in(netns, `nft add chain inet block ${hook} { type filter hook ${hook} priority 0 ; }`);
      this.in(netns, `nft add rule inet block ${hook} meta l4proto udp drop`);
    }
  }

  close(): void {
    for (const netns of this.made.reverse()) {
      try {
        run(`ip netns del ${netns}`);
      } catch {
        // Already gone with its peer.
      }
    }
  }
}
