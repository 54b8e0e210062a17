// Two short tones that ask for a look at the page. Where sound is not allowed yet, silence.

export type Chime = "notice" | "knock";

/** Hertz, one after the other. */
const kTones: Readonly<Record<Chime, readonly number[]>> = { notice: [660, 520], knock: [520, 780] };
const kToneSeconds = 0.16;
const kVolume = 0.12;

export function chime(kind: Chime): void {
  if (typeof AudioContext === "undefined") return;
  const context = new AudioContext();
  kTones[kind].forEach((hertz, index) => {
    const begin = context.currentTime + 0.02 + index * kToneSeconds;
    const volume = context.createGain();
    volume.gain.setValueAtTime(kVolume, begin);
    volume.gain.exponentialRampToValueAtTime(0.001, begin + 2 * kToneSeconds);
    const tone = context.createOscillator();
    tone.frequency.value = hertz;
    tone.connect(volume).connect(context.destination);
    tone.start(begin);
    tone.stop(begin + 2 * kToneSeconds);
  });
  setTimeout(() => void context.close().catch(() => {}), 2_000);
}

/** Says it aloud where the browser has a voice. */
export function speak(text: string, language: string): void {
  if (typeof speechSynthesis === "undefined") return;
  const words = new SpeechSynthesisUtterance(text);
  words.lang = language;
  speechSynthesis.speak(words);
}
