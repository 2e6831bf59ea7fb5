/** Looks again and again, one look at a time and none while another is under way; the end waits for the look that was begun. */
export function lookEvery(
  everyMs: number,
  look: (isStopping: () => boolean) => Promise<void>,
): { readonly stop: () => Promise<void> } {
  let stopping = false;
  let looking = Promise.resolve();
  const timer = setInterval(() => {
    looking = looking.then(() => look(() => stopping));
  }, everyMs);
  timer.unref();
  return {
    async stop() {
      stopping = true;
      clearInterval(timer);
      await looking;
    },
  };
}
