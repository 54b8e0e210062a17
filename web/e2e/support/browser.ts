// Chromium and Firefox with fake devices; optionally inside a network namespace.

import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { picture, sound } from "./fixtures.ts";

export interface BrowserOptions {
  // Which known picture and sound its devices carry; none: no devices at all.
  person?: number;
  netns?: string;
  args?: readonly string[];
  // Ask for permission as for a person, instead of granting by itself.
  askPermission?: boolean;
  // What its pages play can be captured from their tabs.
  isTabAudible?: boolean;
}

// A program that enters the namespace first; playwright's pipes pass through.
function inNamespace(netns: string | undefined, program: string): string {
  if (!netns) return program;
  const script = join(mkdtempSync(join(tmpdir(), "parley-e2e-ns-")), "browser");
  writeFileSync(script, `#!/bin/sh\nexec ip netns exec ${netns} ${program} "$@"\n`);
  chmodSync(script, 0o755);
  return script;
}

// One browser process a person: fake devices are set per process.
export async function launchChromium(options: BrowserOptions = {}): Promise<Browser> {
  const { person, netns } = options;
  const devices =
    person === undefined
      ? []
      : [
          "--use-fake-device-for-media-stream=fps=30",
          `--use-file-for-fake-audio-capture=${sound(person)}`,
          `--use-file-for-fake-video-capture=${picture(person)}`,
        ];
  return chromium.launch({
    executablePath: inNamespace(netns, "/usr/bin/chromium"),
    headless: true,
    ignoreDefaultArgs: options.isTabAudible ? ["--mute-audio"] : [],
    chromiumSandbox: false,
    args: [
      "--headless=new",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--disable-features=WebRtcHideLocalIpsWithMdns",
      "--allow-loopback-in-peer-connection",
      "--autoplay-policy=no-user-gesture-required",
      "--ignore-certificate-errors",
      ...(options.askPermission ? [] : ["--use-fake-ui-for-media-stream"]),
      ...devices,
      ...(options.args ?? []),
    ],
  });
}
