import * as shape from "./shape.ts";

// SPEC 5.7.

const stateShape = shape.object({
  v: shape.just(1),
  case: shape.id,
  recipient: shape.bytes(1216),
  root: shape.hash,
  directory: shape.hash,
  version: shape.count,
  channel: shape.id,
  copy: shape.oneOf("kept", "none"),
  readers: shape.list(shape.text(80), 16),
  excluded: shape.list(shape.text(80), 17),
});

export type SourceState = ReturnType<typeof stateShape>;
