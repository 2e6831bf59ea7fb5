/** `120 GB`, `5.3 GB`, `16 MB`, `12 KB`. */
export function showSize(kilobytes: number): string {
  const gigabytes = kilobytes / 1024 ** 2;
  if (gigabytes >= 1) return `${gigabytes.toFixed(gigabytes >= 10 ? 0 : 1)} GB`;
  return kilobytes >= 1024 ? `${Math.round(kilobytes / 1024)} MB` : `${Math.round(kilobytes)} KB`;
}
