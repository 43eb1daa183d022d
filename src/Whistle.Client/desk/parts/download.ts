/** Hands bytes to the browser as a file. The object URL lives only as long as the click needs it. */
export function download(name: string, type: string, parts: readonly (Uint8Array<ArrayBuffer> | string)[]): void {
  const url = URL.createObjectURL(new Blob([...parts], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.rel = "noopener";
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
