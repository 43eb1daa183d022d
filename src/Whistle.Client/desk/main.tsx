import { render } from "preact";
import { loadMessages, pickLanguage } from "../ui/i18n.ts";
import { SignIn, type DeskKey } from "./sign-in.tsx";
import "./desk.css";

const root = document.getElementById("page");
if (root !== null) {
  const m = await loadMessages<DeskKey>("desk", pickLanguage(["en", "de"], navigator.languages));
  document.documentElement.lang = m.language;
  document.title = m.text("title");
  render(<SignIn m={m} />, root);
}
