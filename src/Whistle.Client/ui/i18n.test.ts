import assert from "node:assert/strict";
import { test } from "node:test";
import { messages, pickLanguage } from "./i18n.ts";

test("a place is filled and an unknown place is left to be seen", () => {
  const m = messages<"a">("en", { a: "{name} and {other}" });
  assert.equal(m.text("a", { name: "one" }), "one and {other}");
});

test("a counted message takes the form of its language", () => {
  const m = messages<"days.one" | "days.other">("en", { "days.one": "{count} day", "days.other": "{count} days" });
  assert.equal(m.count("days", 1), "1 day");
  assert.equal(m.count("days", 5), "5 days");
  assert.equal(m.count("days", 10_000), "10,000 days");
  const digits = messages<"days.one" | "days.other">("ar", { "days.one": "{count}", "days.other": "{count}" });
  assert.equal(digits.count("days", 12), "12", "the digits that the page's own words have");
});

test("Arabic is written from right to left", () => {
  assert.equal(messages("ar", {}).direction, "rtl");
  assert.equal(messages("de", {}).direction, "ltr");
});

test("what runs from left to right is kept together within Arabic, and nothing else is marked", () => {
  const m = messages<"a">("ar", { a: "\u0644\u0645 {name}" });
  assert.equal(m.text("a", { name: "2031 (1).pdf" }), "\u0644\u0645 \u20682031 (1).pdf\u2069");
  for (const name of ["Mira \u0648Amina", "25 \u0645.\u0628", "12"]) {
    assert.equal(m.text("a", { name }), `\u0644\u0645 ${name}`);
  }
  assert.equal(messages<"a">("fr", { a: "{name}" }).text("a", { name: "a.pdf" }), "a.pdf");
});

test("the first wanted language that is offered is picked, else the first offered", () => {
  assert.equal(pickLanguage(["en", "de", "ar"], ["pt-BR", "de-AT", "ar"]), "de");
  assert.equal(pickLanguage(["en", "de"], ["ja"]), "en");
});
