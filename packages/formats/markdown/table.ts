/** Tables of GitHub's Markdown, which GitLab, Gitea and others read too. */

export interface MarkdownColumn {
  readonly title: string;
  readonly isNumber?: boolean;
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

/** Empty where it has no row. `rows`: cells that are Markdown already. */
export function markdownTable(
  columns: readonly MarkdownColumn[],
  rows: readonly (readonly string[])[],
  most: number,
): string {
  if (rows.length === 0) return "";
  const rule = columns.map(({ isNumber }) => (isNumber ? "--:" : ":--"));
  const shown = rows.slice(0, most).map(line);
  const more = rows.length - shown.length;
  const rest = more > 0 ? [line([`and ${more} more`, ...columns.slice(1).map(() => "")])] : [];
  return [line(columns.map(({ title }) => title)), line(rule), ...shown, ...rest].join("\n");
}

/** Folded away: what few look for. */
export function folded(summary: string, body: string): string {
  return body === "" ? "" : `<details><summary>${summary}</summary>\n\n${body}\n\n</details>`;
}
