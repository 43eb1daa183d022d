/** The languages of the source side, each by its own name, and the keys of its catalogue. */
export const languages = ["en", "de", "fr", "ar"] as const;
export type Language = (typeof languages)[number];
export const languageNames: Readonly<Record<Language, string>> = { en: "English", de: "Deutsch", fr: "Français", ar: "العربية" };
export type SourceKey = keyof typeof import("./i18n/en.json");
