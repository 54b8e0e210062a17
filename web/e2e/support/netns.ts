// A small network of our own: namespaces for clients on one bridge with the server's.
// Needs root; everything made here is removed by close().

import { execFileSync } from "node:child_process";

const run = (command: string) => {
  const [program = "", ...args] = command.split(" ");
  return execFileSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
};

const SERVER_IP = "10.77.0.1";

export class Network {
  readonly server: string;
  readonly serverIp = SERVER_IP;
  private readonly name = `parley${process.pid}`;
  private readonly made: string[] = [];
  private clients = 0;

  constructor() {
    this.server = `${this.name}s`;
    this.add(this.server);
    // One without an address of its own takes the least of its ports', another one whenever a client is added: who
    // had asked for the one before sends to nobody for half a minute.
    run(`ip -n ${this.server} link add br0 address 02:00:0a:4d:00:01 type bridge`);
    run(`ip -n ${this.server} addr add ${SERVER_IP}/24 dev br0`);
    run(`ip -n ${this.server} link set br0 up`);
  }

  private add(netns: string): void {
    run(`ip netns add ${netns}`);
    this.made.push(netns);
    run(`ip -n ${netns} link set lo up`);
  }

  // A namespace at 10.77.0.(10 + N).
  client(): { netns: string; link: string; ip: string } {
    const n = ++this.clients;
    const netns = `${this.name}c${n}`;
    this.add(netns);
    // An IPv6 address that comes to be seconds later is a change of network to a browser, which breaks off
    // what it is just fetching.
    for (const scope of ["all", "default"])
      this.in(netns, `sysctl -qw net.ipv6.conf.${scope}.disable_ipv6=1`);
    const [near, link] = [`pv${n}s`, `pv${n}c`];
    const ip = `10.77.0.${10 + n}`;
    run(`ip -n ${this.server} link add ${near} type veth peer name ${link} netns ${netns}`);
    run(`ip -n ${this.server} link set ${near} master br0 up`);
    run(`ip -n ${netns} link set ${link} up`);
    this.setAddress(netns, link, ip);
    return { netns, link, ip };
  }

  private setAddress(netns: string, link: string, ip: string): void {
    run(`ip -n ${netns} addr add ${ip}/24 dev ${link}`);
    run(`ip -n ${netns} route add default via ${SERVER_IP}`);
  }

  // The client's address is another one from now on, as after a change of network.
  move(client: { netns: string; link: string }, ip: string): void {
    run(`ip -n ${client.netns} addr flush dev ${client.link} scope global`);
    this.setAddress(client.netns, client.link, ip);
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

  // Of what reaches the namespace over UDP, that share (percent) is lost from now on, at random.
  lose(netns: string, percent: number): void {
    this.in(netns, "nft add table inet loss");
    this.in(netns, "nft flush table inet loss");
    this.in(netns, "nft add chain inet loss input { type filter hook input priority 0 ; }");
    if (percent === 0) return;
    // `< 100` is beyond what nft lets a number up to 99 be compared with.
    this.in(
      netns,
      `nft add rule inet loss input meta l4proto udp numgen random mod 100 <= ${percent - 1} drop`,
    );
  }

  // What reaches the client goes through a link of that capacity from now on, behind a queue that holds so
  // many ms of it; null: of any.
  limit(client: { link: string }, kbps: number | null, queueMs = 300): void {
    const near = client.link.replace(/c$/, "s");
    const change = kbps === null ? "del dev" : "replace dev";
    const rate = kbps === null ? "" : ` tbf rate ${kbps}kbit burst 8kb latency ${queueMs}ms`;
    this.in(this.server, `tc qdisc ${change} ${near} root${rate}`);
  }

  // Of the limited link: bytes that passed so far, and that wait now.
  queue(client: { link: string }): { passed: number; waiting: number } {
    const near = client.link.replace(/c$/, "s");
    const [queue] = JSON.parse(this.in(this.server, `tc -s -j qdisc show dev ${near} root`)) as {
      bytes?: number;
      backlog?: number;
    }[];
    return { passed: queue?.bytes ?? 0, waiting: queue?.backlog ?? 0 };
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
