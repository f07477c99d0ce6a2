/** Tones made by WebAudio: no file, nothing fetched. Only one tab of the browser sounds at a time. */
let context: AudioContext | null = null;

/** Must be called from a gesture of the person at least once; browsers keep pages silent before it. */
export function unlockSound(): void {
  context ??= new AudioContext();
  if (context.state === "suspended") void context.resume();
}

export function unlockSoundOnFirstGesture(): void {
  const unlock = () => unlockSound();
  window.addEventListener("pointerdown", unlock, { once: true, capture: true });
  window.addEventListener("keydown", unlock, { once: true, capture: true });
}

export function playHandOff(): void {
  void alone(() => tones([660, 880], 0.14, 0.25));
}

export function playMessage(): void {
  void alone(() => tones([740], 0.12, 0.18));
}

export function playAlarm(): void {
  void alone(() => tones([980, 620, 980, 620, 980, 620], 0.2, 0.4));
}

async function alone(play: () => void): Promise<void> {
  if (context?.state !== "running") return;
  if (!("locks" in navigator)) return play();
  await navigator.locks.request("inbox-sound", { ifAvailable: true }, async (lock) => {
    if (!lock) return;
    play();
    await new Promise((resolve) => setTimeout(resolve, 1200));
  });
}

function tones(frequencies: number[], length: number, volume: number): void {
  if (!context) return;
  for (const [at, frequency] of frequencies.entries()) {
    const start = context.currentTime + at * length;
    const tone = context.createOscillator();
    const gain = context.createGain();
    tone.frequency.value = frequency;
    gain.gain.setValueAtTime(0.0001, start);
    gain.gain.exponentialRampToValueAtTime(volume, start + 0.02);
    gain.gain.exponentialRampToValueAtTime(0.0001, start + length);
    tone.connect(gain).connect(context.destination);
    tone.start(start);
    tone.stop(start + length);
  }
}
