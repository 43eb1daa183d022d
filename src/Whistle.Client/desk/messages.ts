import type { Messages } from "../ui/i18n.ts";

export type DeskKey = keyof typeof import("./i18n/en.json");
export type DeskMessages = Messages<DeskKey>;

export const deskLanguages = ["en", "de"] as const;
export type DeskLanguage = (typeof deskLanguages)[number];
