// BIP-173 without its limit of 90 characters, as age uses it.

const alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

export function bech32Encode(prefix: string, bytes: Uint8Array): string {
  const words = regroup(bytes, 8, 5, true) ?? [];
  const check = polymod([...expandPrefix(prefix), ...words, 0, 0, 0, 0, 0, 0]) ^ 1;
  const checksum = Array.from({ length: 6 }, (_, i) => (check >> (5 * (5 - i))) & 31);
  return `${prefix}1${[...words, ...checksum].map((word) => alphabet[word]).join("")}`;
}

/** Lower case only; undefined for another prefix, a wrong checksum, or padding that is not zero. */
export function bech32Decode(prefix: string, text: string): Uint8Array | undefined {
  if (!text.startsWith(`${prefix}1`)) {
    return undefined;
  }
  const words = Array.from(text.slice(prefix.length + 1), (letter) => alphabet.indexOf(letter));
  if (words.length < 6 || words.includes(-1) || polymod([...expandPrefix(prefix), ...words]) !== 1) {
    return undefined;
  }
  const bytes = regroup(words.slice(0, -6), 5, 8, false);
  return bytes && Uint8Array.from(bytes);
}

function regroup(values: Iterable<number>, from: number, to: number, padded: boolean): number[] | undefined {
  const result: number[] = [];
  let buffer = 0;
  let bits = 0;
  for (const value of values) {
    buffer = ((buffer << from) | value) & 0xfff;
    bits += from;
    while (bits >= to) {
      bits -= to;
      result.push((buffer >> bits) & ((1 << to) - 1));
    }
  }
  const rest = (buffer << (to - bits)) & ((1 << to) - 1);
  if (padded) {
    return bits > 0 ? [...result, rest] : result;
  }
  return bits >= from || rest !== 0 ? undefined : result;
}

function expandPrefix(prefix: string): number[] {
  const codes = Array.from(prefix, (letter) => letter.charCodeAt(0));
  return [...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31)];
}

function polymod(values: readonly number[]): number {
  const generator = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
  let check = 1;
  for (const value of values) {
    const top = check >> 25;
    check = ((check & 0x1ffffff) << 5) ^ value;
    generator.forEach((g, i) => {
      check ^= (top >> i) & 1 ? g : 0;
    });
  }
  return check;
}
