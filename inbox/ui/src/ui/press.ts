/** A press is let go where it began: what moves between the two loses the click. Lists that are refreshed by themselves wait for it. */
let letGo: (() => void)[] | null = null;

function begin(event: PointerEvent): void {
  if (event.button === 0) letGo ??= [];
}

function end(): void {
  const waiting = letGo ?? [];
  letGo = null;
  // The click comes after the pointer's last event; a timer comes after the click.
  window.setTimeout(() => waiting.forEach((one) => one()));
}

window.addEventListener("pointerdown", begin, true);
window.addEventListener("pointerup", end, true);
window.addEventListener("pointercancel", end, true);
window.addEventListener("pointermove", (event) => letGo && event.buttons === 0 && end(), true);
window.addEventListener("blur", () => letGo && end());

/** At once, or after the click of the button of the mouse that is held down. */
export function released(): Promise<void> {
  const waiting = letGo;
  return waiting ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve();
}
