// Sound outside a page: tones as WAV files, and what a recording holds.

import { readFileSync } from "node:fs";

export interface Sound {
  samples: Int16Array;
  rate: number;
}

// A sine with an amplitude of 9,000 in every channel.
export function sineWav(hertz: number, rate: number, seconds: number, channels = 1): Buffer {
  const samples = rate * seconds * channels;
  const wav = Buffer.alloc(44 + samples * 2);
  wav.write("RIFF", 0);
  wav.writeUInt32LE(36 + samples * 2, 4);
  wav.write("WAVEfmt ", 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(channels, 22);
  wav.writeUInt32LE(rate, 24);
  wav.writeUInt32LE(rate * 2 * channels, 28);
  wav.writeUInt16LE(2 * channels, 32);
  wav.writeUInt16LE(16, 34);
  wav.write("data", 36);
  wav.writeUInt32LE(samples * 2, 40);
  for (let i = 0; i < samples; i++) {
    const frame = Math.floor(i / channels);
    wav.writeInt16LE(Math.round(9000 * Math.sin((2 * Math.PI * hertz * frame) / rate)), 44 + 2 * i);
  }
  return wav;
}

// The amplitude of a sine at `hertz` (Goertzel's filter over a Hann window), full scale 1.
export function amplitudeAt(samples: Int16Array, rate: number, hertz: number): number {
  const step = 2 * Math.cos((2 * Math.PI * hertz) / rate);
  let before = 0;
  let last = 0;
  for (let i = 0; i < samples.length; i++) {
    const hann = 1 - Math.cos((2 * Math.PI * i) / samples.length);
    const next = ((samples[i] ?? 0) / 32768) * hann + step * last - before;
    before = last;
    last = next;
  }
  const power = last * last + before * before - step * last * before;
  return (2 * Math.sqrt(Math.max(power, 0))) / samples.length;
}

export const decibels = (ratio: number) => 20 * Math.log10(Math.max(ratio, 1e-9));

// The share of all energy that a sine at `hertz` has, 0..1.
export function shareOf(samples: Int16Array, rate: number, hertz: number): number {
  let energy = 0;
  for (let i = 0; i < samples.length; i++) {
    const hann = 1 - Math.cos((2 * Math.PI * i) / samples.length);
    energy += (((samples[i] ?? 0) / 32768) * hann) ** 2;
  }
  // Of a Hann window's energy two thirds stand in the middle bin, a sixth in each neighbour.
  const tone = (amplitudeAt(samples, rate, hertz) ** 2 / 2) * 1.5 * samples.length;
  return energy > 0 ? Math.min(tone / energy, 1) : 0;
}

// The longest time in ms during which a tone that should be steady was below a third of itself.
export function longestDropOut(samples: Int16Array, rate: number): number {
  const block = rate / 200; // 5 ms
  const levels: number[] = [];
  for (let at = 0; at + block <= samples.length; at += block) {
    let sum = 0;
    for (let i = at; i < at + block; i++) sum += (samples[i] ?? 0) ** 2;
    levels.push(Math.sqrt(sum / block));
  }
  const usual = [...levels].sort((a, b) => a - b)[Math.floor(levels.length / 2)] ?? 0;
  let longest = 0;
  let now = 0;
  for (const level of levels) {
    now = level < usual / 3 ? now + 5 : 0;
    longest = Math.max(longest, now);
  }
  return longest;
}

// The first channel of a WAV that may still be written to; `rate` is of one whose head is written last.
export function readWav(file: string, rate = 0): Sound {
  const bytes = readFileSync(file);
  const frame = 2 * (bytes.readUInt16LE(22) || 1);
  const samples = new Int16Array(Math.max(0, Math.floor((bytes.length - 44) / frame)));
  for (let i = 0; i < samples.length; i++) samples[i] = bytes.readInt16LE(44 + frame * i);
  return { samples, rate: bytes.readUInt32LE(24) || rate };
}

// G.711's law of America and Japan.
export function fromMuLaw(bytes: Uint8Array): Int16Array {
  return Int16Array.from(bytes, (byte) => {
    const b = ~byte & 0xff;
    const magnitude = (((b & 0x0f) << 3) + 0x84) << ((b >> 4) & 7);
    return b & 0x80 ? 0x84 - magnitude : magnitude - 0x84;
  });
}

export function toMuLaw(sample: number): number {
  const magnitude = Math.min(Math.abs(Math.round(sample)), 32_635) + 0x84;
  const segment = 31 - Math.clz32(magnitude) - 7;
  const byte = (sample < 0 ? 0x80 : 0) | (segment << 4) | ((magnitude >> (segment + 3)) & 0x0f);
  return ~byte & 0xff;
}
