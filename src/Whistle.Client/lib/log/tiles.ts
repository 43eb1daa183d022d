import { WhistleError } from "../errors.ts";
import { emptyRoot, nodeHash, subtrees, type Range } from "./tree.ts";

// C2SP tlog-tiles: 256 hashes a tile, each over a full tile of the level below.

export const tileWidth = 256;

/** Fetches the end of an address under `/log/`, for instance `tile/0/x001/x234/067`. */
export type TileFetch = (path: string) => Promise<Uint8Array>;

interface Place {
  readonly level: number;
  readonly tile: number;
  readonly offset: number;
  readonly count: number;
}

/** The path of a tile's index: groups of three digits, all but the last marked with an x; its width where it is not full. */
export function indexPath(index: number, width: number): string {
  const digits = (n: number): string => String(n).padStart(3, "0");
  let path = digits(index % 1000);
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    path = `x${digits(rest % 1000)}/${path}`;
  }
  return width === tileWidth ? path : `${path}.p/${width}`;
}

/** How many hashes a tile has in a tree of this size. */
export function widthAt(level: number, tile: number, size: number): number {
  return Math.max(0, Math.min(tileWidth, Math.floor(size / tileWidth ** level) - tile * tileWidth));
}

/**
 * The hashes of ranges of a tree of this size, from its tiles, each fetched once. They say nothing until they were compared
 * with a checkpoint's root. Throws `log-malformed`, and what `fetch` throws.
 */
export async function hashRanges(ranges: readonly Range[], size: number, fetch: TileFetch): Promise<Uint8Array[]> {
  const tiles = new Map<string, Promise<Uint8Array>>();
  const read = ({ level, tile }: Place): Promise<Uint8Array> => {
    const width = widthAt(level, tile, size);
    const path = `tile/${level}/${indexPath(tile, width)}`;
    let bytes = tiles.get(path);
    if (bytes === undefined) {
      bytes = fetch(path).then((found) => {
        if (found.length !== width * 32) {
          throw new WhistleError("log-malformed");
        }
        return found;
      });
      tiles.set(path, bytes);
    }
    return bytes;
  };
  return Promise.all(
    ranges.map(async (range) => {
      const parts = await Promise.all(
        places(range).map(async (place) => {
          const bytes = await read(place);
          return fold(bytes.subarray(place.offset * 32, (place.offset + place.count) * 32));
        }),
      );
      return parts.reduceRight((right, left) => nodeHash(left, right), parts.pop() ?? emptyRoot);
    }),
  );
}

/** The full subtrees of a range, the largest first, and where the tiles hold them. */
function places(range: Range): Place[] {
  return subtrees(range).map(({ start, end }) => {
    let [level, count] = [0, end - start];
    while (count >= tileWidth) {
      count /= tileWidth;
      level++;
    }
    const first = start / tileWidth ** level;
    return { level, tile: Math.floor(first / tileWidth), offset: first % tileWidth, count };
  });
}

/** The root over a power of two of hashes. */
function fold(hashes: Uint8Array): Uint8Array {
  return hashes.length === 32 ? hashes.slice() : nodeHash(fold(hashes.subarray(0, hashes.length / 2)), fold(hashes.subarray(hashes.length / 2)));
}
