import { cataloguesAgree } from "../ui/catalogues.testing.ts";
import de from "./i18n/de.json";
import en from "./i18n/en.json";
import ar from "./i18n/ar.json";
import fr from "./i18n/fr.json";

cataloguesAgree("source", { en, de, fr, ar });
