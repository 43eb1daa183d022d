/** What a kind of file may say about the person who sends it. Each has its text under `files.kind.<kind>`. */
export type FileKind = "photo" | "image" | "office" | "pdf" | "audio" | "video" | "mail" | "archive" | "text" | "unknown";

export const maximumFiles = 64;
export const maximumBytes = 26_214_400;

const endings: readonly (readonly [FileKind, string])[] = [
  ["photo", "jpg jpeg heic heif tif tiff dng raw webp"],
  ["image", "png gif bmp svg avif"],
  ["office", "doc docx docm dot dotx odt rtf xls xlsx xlsm ods ppt pptx pptm odp pages numbers key vsdx one"],
  ["pdf", "pdf"],
  ["audio", "mp3 m4a wav ogg oga opus flac aac amr wma"],
  ["video", "mp4 mov m4v webm avi mkv 3gp wmv"],
  ["mail", "eml msg mbox pst"],
  ["archive", "zip 7z rar tar gz tgz bz2 xz zst"],
  ["text", "txt csv tsv md log json xml"],
];

/** By the ending first: that is what people see; the browser's type comes from it anyway. */
export function kindOfFile(name: string, type: string): FileKind {
  const ending = /\.([^.]+)$/.exec(name.toLowerCase())?.[1] ?? "";
  const byEnding = endings.find(([, list]) => list.split(" ").includes(ending))?.[0];
  if (byEnding !== undefined) {
    return byEnding;
  }
  const family = type.split("/")[0];
  if (family === "audio" || family === "video" || family === "text") {
    return family;
  }
  return family === "image" ? "photo" : "unknown"; // a picture of unknown kind may be a photo: warn of more, not of less
}

const maximumName = 120;

/**
 * The name under which a file travels. Folders, control characters and signs that turn the reading
 * direction (`report<RLO>fdp.exe`) are left out, because a reviewer could be misled by them.
 */
export function cleanName(name: string): string {
  const last = name.normalize("NFC").split(/[/\\]/).at(-1) ?? "";
  const plain = last.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu, "").replace(/[<>:"|?*]/g, "_").replace(/\s+/g, " ").replace(/^[. ]+|[. ]+$/g, "");
  if (plain === "") {
    return "file";
  }
  const signs = [...plain];
  if (signs.length <= maximumName) {
    return plain;
  }
  const ending = /\.[^.]{1,10}$/.exec(plain)?.[0] ?? "";
  return signs.slice(0, maximumName - ending.length).join("") + ending;
}

export type Refusal = { readonly name: string; readonly why: "empty" | "too-large" | "too-many" | "unreadable" };

export interface Sized {
  readonly name: string;
  readonly size: number;
}

/** Takes the files that fit beside those already there, in their order, and says why the others don't. */
export function admit<T extends Sized>(already: readonly Sized[], added: readonly T[]): { readonly taken: readonly T[]; readonly refused: readonly Refusal[] } {
  let bytes = already.reduce((sum, file) => sum + file.size, 0);
  const taken: T[] = [];
  const refused: Refusal[] = [];
  for (const file of added) {
    const why = file.size === 0 ? "empty" : bytes + file.size > maximumBytes ? "too-large" : already.length + taken.length >= maximumFiles ? "too-many" : undefined;
    if (why === undefined) {
      taken.push(file);
      bytes += file.size;
    } else {
      refused.push({ name: cleanName(file.name), why });
    }
  }
  return { taken, refused };
}
