import { encodeQR } from "qr";
import type { JSX } from "preact";

/** A QR code as one SVG path: no markup from strings, black on white in both colour schemes so that cameras read it. */
export function QrCode({ text, label }: { readonly text: string; readonly label: string }): JSX.Element {
  const modules = encodeQR(text, "raw", { border: 4, ecc: "medium" });
  const size = modules.length;
  const path = modules
    .flatMap((line, y) => line.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : "")))
    .join("");
  return (
    <svg class="qr" role="img" aria-label={label} viewBox={`0 0 ${size} ${size}`} shape-rendering="crispEdges">
      <rect width={size} height={size} fill="#ffffff" />
      <path d={path} fill="#000000" />
    </svg>
  );
}
