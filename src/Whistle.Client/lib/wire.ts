import { clockPolicies } from "./clocks.ts";
import * as shape from "./shape.ts";

// Members that the source's and the desk's answers share (SPEC 13, 14.3).

export const objectRefShape = shape.object({ id: shape.id, cipher: shape.hash, size: shape.count });
export const stateShape = shape.oneOf("received", "acknowledged", "in-review", "feedback-given", "closed", "reopened");
export const directionShape = shape.oneOf("source", "team");
export const uploadShape = shape.object({ id: shape.id, parts: shape.count });

/** What both sides' case answers say about dates; all are days. */
export const clockMembers = {
  policy: shape.oneOf(...clockPolicies),
  received: shape.count,
  acknowledgeBy: shape.count,
  acknowledged: shape.optional(shape.count),
  feedbackBy: shape.count,
  feedback: shape.optional(shape.count),
  closed: shape.optional(shape.count),
  keepUntil: shape.optional(shape.count),
};

export const messageMembers = {
  dir: directionShape,
  seq: shape.count,
  day: shape.day,
  hash: shape.hash,
  ciphertext: shape.bytes(),
  attachments: shape.list(objectRefShape, 1),
};
