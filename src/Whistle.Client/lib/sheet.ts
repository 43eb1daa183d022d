import * as shape from "./shape.ts";

// SPEC 5.1.

export const sheetShape = shape.object({
  v: shape.just(1),
  case: shape.id,
  version: shape.count,
  channel: shape.id,
  directory: shape.hash,
  day: shape.count,
  lang: shape.text(35),
  title: shape.text(200),
  category: shape.text(64),
  severity: shape.text(64),
  author: shape.text(64),
  sig: shape.text(100),
});

export type Sheet = ReturnType<typeof sheetShape>;
