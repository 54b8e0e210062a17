// Makes the known sound and picture that the browsers' fake devices play: camera N shows its number
// and a running frame count, microphone N holds the tone TONES[N]. Made once, kept in the temporary
// folder; ffmpeg packs the pictures.

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encode, SQUARES } from "./code.ts";

export const CAMERAS = 6;
// Hz; no one a multiple of another, all in the middle of a bin of a 20 ms frame.
export const TONES = [450, 650, 850, 1150, 1450, 1850] as const;

// As much as three browsers encode at once on two cores, and a server beside them.
const WIDTH = 640;
const HEIGHT = 360;
const FRAMES = 256;
const SAMPLE_RATE = 48_000;

const folder = join(tmpdir(), "parley-e2e-media-v2");

export const picture = (camera: number) => join(folder, `camera${camera}.mjpeg`);
export const sound = (microphone: number) => join(folder, `tone${microphone}.wav`);
export const silence = join(folder, "silence.wav");

// The squares fill the middle band; above and below a slow gradient keeps the encoder busy.
function frame(camera: number, number: number): Buffer {
  const luma = Buffer.alloc(WIDTH * HEIGHT);
  const bits = encode({ camera, frame: number });
  const side = WIDTH / SQUARES;
  for (let y = 0; y < HEIGHT; y++) {
    const band = y >= HEIGHT / 3 && y < (HEIGHT * 2) / 3;
    for (let x = 0; x < WIDTH; x++) {
      luma[y * WIDTH + x] = band
        ? bits[Math.floor(x / side)]
          ? 235
          : 16
        : 60 + ((x + 4 * number + 40 * camera) % 256) / 3;
    }
  }
  return luma;
}

function makePicture(camera: number): void {
  const frames = Array.from({ length: FRAMES }, (_, number) => frame(camera, number));
  const input = ["-f", "rawvideo", "-pix_fmt", "gray", "-s", `${WIDTH}x${HEIGHT}`, "-r", "30", "-i", "-"];
  const output = ["-pix_fmt", "yuvj420p", "-q:v", "4", "-f", "mjpeg", `${picture(camera)}.part`];
  const run = spawnSync("ffmpeg", ["-v", "error", "-y", ...input, ...output], {
    input: Buffer.concat(frames),
    maxBuffer: 1 << 28,
  });
  if (run.status !== 0) throw new Error(`ffmpeg: ${run.stderr}`);
  renameSync(`${picture(camera)}.part`, picture(camera));
}

function makeSound(path: string, hertz: number): void {
  const samples = SAMPLE_RATE * 2;
  const wav = Buffer.alloc(44 + samples * 2);
  wav.write("RIFF", 0);
  wav.writeUInt32LE(36 + samples * 2, 4);
  wav.write("WAVEfmt ", 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(SAMPLE_RATE, 24);
  wav.writeUInt32LE(SAMPLE_RATE * 2, 28);
  wav.writeUInt16LE(2, 32);
  wav.writeUInt16LE(16, 34);
  wav.write("data", 36);
  wav.writeUInt32LE(samples * 2, 40);
  for (let i = 0; i < samples; i++) {
    wav.writeInt16LE(Math.round(9000 * Math.sin((2 * Math.PI * hertz * i) / SAMPLE_RATE)), 44 + 2 * i);
  }
  writeFileSync(path, wav);
}

export default function setup(): void {
  mkdirSync(folder, { recursive: true });
  for (let n = 0; n < CAMERAS; n++) {
    if (!existsSync(picture(n))) makePicture(n);
    if (!existsSync(sound(n))) makeSound(sound(n), TONES[n] ?? 0);
  }
  if (!existsSync(silence)) makeSound(silence, 0);
}
