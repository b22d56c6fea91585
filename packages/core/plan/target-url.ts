/** The URL of a target: templates may stand in its path and query. */
import { type Path, refuseAt } from "./plan-place.ts";
import {
  escapeBraces,
  type Hole,
  holesOf,
  parseTemplates,
  refuseTemplate,
  type Segment,
} from "./template.ts";

export interface TargetUrl {
  /** Scheme, host and port. */
  readonly authority: URL;
  /** Path and query, percent-encoded but for the templates. */
  readonly segments: readonly Segment[];
  /** The whole in its normal form, which is read back as the same. */
  readonly text: string;
}

/** Scheme, host and port, as far as they reach in any spelling that is read as a URL. */
const AUTHORITY = /^[^:]*:[/\\]*[^/\\?#]*/;
const PLACES = "templates may stand in path and query alone";

/** Throws `PlanRefusal` for anything but http(s) without credentials. */
export function parseTargetUrl(written: string, path: Path): TargetUrl {
  // As every reader of URLs does first.
  const text = written.replace(/[\t\n\r]/g, "");
  const segments = parseTemplates(text, { path });
  const holes = holesOf(segments);
  const mark = unusedMark(text);
  const marked = segments.map((one) => (typeof one === "string" ? one : `${mark}${one.at}z`));
  checkPlaces(text, holes, path);
  const url = text.includes("://") ? URL.parse(marked.join("")) : null;
  if (!url) {
    refuseAt(path, `"${text}" is not an absolute URL`, "write it like http://host:port/path");
  }
  checkUrl(url, path);
  const origin = `${url.protocol}//${url.host}`;
  const rest = filled(url.pathname + url.search, mark, holes);
  const spelled = rest.map((one) => (typeof one === "string" ? escapeBraces(one) : one.source));
  return { authority: new URL(origin), segments: rest, text: origin + spelled.join("") };
}

function checkPlaces(text: string, holes: readonly Hole[], path: Path): void {
  const end = AUTHORITY.exec(text)?.[0].length ?? 0;
  const early = holes.find(({ at }) => at < end);
  if (!early) return;
  const what = `${early.source} stands in scheme, host or port`;
  refuseTemplate(text, early.at, { path }, what, PLACES);
}

function checkUrl(url: URL, path: Path): void {
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    refuseAt(path, `http:// or https:// is allowed, found ${url.protocol}//`);
  }
  if (url.username || url.password) {
    const hint = "send an Authorization header";
    refuseAt(path, "credentials in a URL would show in results", hint);
  }
}

/**
 * Stands for templates while the URL is read: letters that are neither in `text` nor in what is
 * percent-encoded, and that overlap with nothing beside them.
 */
function unusedMark(text: string): string {
  let mark = "zq";
  while (text.includes(mark)) mark = `z${mark}`;
  return mark;
}

/** Templates again, where `text` has their marks. */
function filled(text: string, mark: string, holes: readonly Hole[]): Segment[] {
  const byPlace = new Map(holes.map((hole) => [String(hole.at), hole]));
  return text
    .split(new RegExp(`${mark}(\\d+)z`))
    .map((piece, index) => (index % 2 === 0 ? piece : (byPlace.get(piece) ?? piece)))
    .filter((piece) => piece !== "");
}
