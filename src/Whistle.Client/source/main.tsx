import { render } from "preact";
import { loadMessages, pickLanguage } from "../ui/i18n.ts";
import { Start } from "./start.tsx";
import { languages, type Language, type SourceKey } from "./language.ts";
import "./source.css";

async function show(root: Element, language: Language): Promise<void> {
  const m = await loadMessages<SourceKey>("source", language);
  document.documentElement.lang = m.language;
  document.documentElement.dir = m.direction;
  document.title = m.text("title");
  render(<Start m={m} choose={(chosen) => void show(root, chosen)} />, root);
}

const root = document.getElementById("page");
if (root !== null) {
  await show(root, pickLanguage(languages, navigator.languages));
}
