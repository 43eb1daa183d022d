import * as shape from "./shape.ts";
import { objectRefShape } from "./wire.ts";

// SPEC 8.4.

export const promiseShape = shape.object({
  v: shape.just(1),
  case: shape.id,
  directory: shape.hash,
  keyBlob: shape.hash,
  sheet: shape.hash,
  message: shape.hash,
  identity: shape.hash,
  state: shape.hash,
  attachments: shape.list(objectRefShape, 1),
  existence: shape.hash,
  content: shape.hash,
  day: shape.count,
  includedBy: shape.count,
});

export type PromiseContent = ReturnType<typeof promiseShape>;
