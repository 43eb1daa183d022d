import { cataloguesAgree } from "../ui/catalogues.testing.ts";
import de from "./i18n/de.json";
import en from "./i18n/en.json";

cataloguesAgree("desk", { en, de });
