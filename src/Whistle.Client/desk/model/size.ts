/** A size in bytes as people read it, in units of 1000. */
export function sizeWords(language: string, bytes: number): string {
  const [unit, divisor] = bytes >= 1_000_000 ? (["megabyte", 1_000_000] as const) : bytes >= 1000 ? (["kilobyte", 1000] as const) : (["byte", 1] as const);
  return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: unit === "byte" ? "long" : "short", maximumFractionDigits: divisor === 1_000_000 ? 1 : 0 }).format(bytes / divisor);
}
