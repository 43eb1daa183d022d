import { parseJson, type Json, type JsonObject } from "./jcs.ts";
import { WhistleError, type FieldProblem } from "./errors.ts";
import { asObject, isArray, read, type Reader } from "./shape.ts";

export interface HttpOptions {
  /** Origin of the server, without a trailing slash; empty for the page's own. */
  readonly base: string;
  /** `omit` for sources: no cookie ever leaves with a source's request. */
  readonly credentials: "omit" | "same-origin";
  /** Replaces `fetch` where a caller has its own transport. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

export interface Call {
  readonly method?: "GET" | "POST" | "PUT" | "DELETE";
  readonly json?: Json;
  readonly octets?: Uint8Array;
  readonly type?: string;
  readonly bearer?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Uint8Array;
}

export interface Http {
  call(path: string, call?: Call): Promise<Answer>;
  json<T>(path: string, reader: Reader<T>, call?: Call): Promise<T>;
  /** An answer without content that matters. */
  done(path: string, call: Call): Promise<void>;
}

/** Turns problem documents into `WhistleError` by their `code`; `network` where the server can't be reached. */
export function http(options: HttpOptions): Http {
  const send = options.fetch ?? ((input: RequestInfo | URL, init?: RequestInit) => globalThis.fetch(input, init));

  async function call(path: string, call: Call = {}): Promise<Answer> {
    const headers: Record<string, string> = { ...options.headers };
    let body: BodyInit | undefined;
    if (call.json !== undefined) {
      headers["Content-Type"] = "application/json";
      body = JSON.stringify(call.json);
    } else if (call.octets !== undefined) {
      headers["Content-Type"] = call.type ?? "application/octet-stream";
      body = new Uint8Array(call.octets);
    }
    if (call.bearer !== undefined) {
      headers["Authorization"] = `Bearer ${call.bearer}`;
    }
    let response: Response;
    let bytes: Uint8Array;
    try {
      response = await send(options.base + path, {
        method: call.method ?? "GET",
        headers,
        credentials: options.credentials,
        cache: "no-store",
        referrerPolicy: "no-referrer",
        redirect: "error",
        ...(body === undefined ? {} : { body }),
        ...(call.signal === undefined ? {} : { signal: call.signal }),
      });
      bytes = new Uint8Array(await response.arrayBuffer());
    } catch {
      // The browser's own error names the address; the code says all that a page needs.
      throw new WhistleError(call.signal?.aborted === true ? "cancelled" : "network");
    }
    if (!response.ok) {
      throw problem(response.status, bytes);
    }
    return { status: response.status, headers: response.headers, bytes };
  }

  return {
    call,
    async json(path, reader, request) {
      const { bytes } = await call(path, request);
      return read(reader, parseJson(bytes), "answer-malformed");
    },
    async done(path, request) {
      await call(path, request);
    },
  };
}

/** RFC 9457 with our `code`; a server or proxy that answers otherwise becomes `http-<status>`. */
function problem(status: number, bytes: Uint8Array): WhistleError {
  let document: JsonObject;
  try {
    document = asObject(parseJson(bytes));
  } catch {
    return new WhistleError(`http-${status}`, { status });
  }
  const code = document["code"];
  if (typeof code !== "string" || !/^[a-z0-9-]{1,64}$/.test(code)) {
    return new WhistleError(`http-${status}`, { status });
  }
  const fields: FieldProblem[] = [];
  const given = document["fields"];
  if (given !== undefined && isArray(given)) {
    for (const entry of given) {
      if (typeof entry === "object" && !isArray(entry)) {
        const { name, code: fieldCode } = entry as JsonObject;
        if (typeof name === "string" && typeof fieldCode === "string") {
          fields.push({ name, code: fieldCode });
        }
      }
    }
  }
  return new WhistleError(code, { status, fields });
}
