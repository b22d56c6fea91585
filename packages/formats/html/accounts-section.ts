/** Where every exchange went; what went over the wire. */
import type { AccountingDocument, ResultDocument } from "@nightjar/core/result/result-document.ts";
import { bytes, count, counted, percent } from "../figures.ts";
import { meaningsOf } from "../human/load.ts";
import { latencyWithUnit } from "../human/quantities.ts";
import { html, type Markup, NOTHING } from "./markup.ts";
import { type Fact, factsOf, faintZero, section, tableOf } from "./table.ts";

const OF_DUE = ["dropped", "unsent", "unknown"] as const;
const OF_SENT = ["completed", "failed", "censored"] as const;
const TERMS = ["due", "sent", ...OF_SENT, ...OF_DUE] as const;
const ANSWERED = {
  due: "what the plan wanted sent",
  sent: "given to a connection",
  completed: "answered, whatever the answer",
};

type Term = (typeof TERMS)[number];

function isIn(terms: readonly Term[], term: Term): boolean {
  return terms.includes(term);
}

/** How deep a term stands: due, then what it is made of, then what that is made of. */
function indented(term: Term): Markup {
  if (isIn(OF_SENT, term)) return html`<span class="in2">${term}</span>`;
  return isIn(OF_DUE, term) || term === "sent"
    ? html`<span class="in1">${term}</span>`
    : html`${term}`;
}

function accountTable(accounting: AccountingDocument): Markup {
  const values = TERMS.map((term) => accounting[term]);
  const meaning = { ...ANSWERED, ...meaningsOf(accounting) };
  const share = (n: number) => (accounting.due === 0 ? "" : percent(n / accounting.due));
  return tableOf({
    caption: "due = sent + dropped + unsent + unknown; sent = completed + failed + censored",
    title: "exchanges",
    names: TERMS.map(indented),
    columns: [
      { title: "number", cells: values.map(count), inkOf: faintZero },
      { title: "of due", cells: values.map(share) },
      { title: "meaning", cells: TERMS.map((term) => meaning[term]), isText: true },
    ],
  });
}

function completeness({ intervalsExpected, intervalsReceived }: AccountingDocument): Markup {
  if (intervalsExpected === null || intervalsReceived === null) return NOTHING;
  if (intervalsExpected === 0) return NOTHING;
  const share = percent(intervalsReceived / intervalsExpected);
  const ink = intervalsReceived === intervalsExpected ? "faint" : "doubt";
  return html`<p class="${ink}">${count(intervalsReceived)} of ${count(intervalsExpected)} seconds
of all workers were heard (${share}).</p>`;
}

function known(n: number | null, spell: (n: number) => string = count): string {
  return n === null ? "" : spell(n);
}

function wireFacts({ connections, bytes: wire, lookupMs, warmup }: ResultDocument): Markup {
  const { opened, reused, closedByServer, failed, resumed } = connections;
  const facts: Fact[] = [
    { name: "connections opened", value: known(opened) },
    { name: "sessions of TLS resumed", value: known(resumed || null) },
    { name: "times reused", value: known(reused) },
    { name: "closed by the server", value: known(closedByServer) },
    { name: "failed to open", value: known(failed) },
    { name: "sent", value: known(wire.sent, bytes) },
    { name: "received", value: known(wire.received, bytes) },
    { name: "lookup of names", value: lookupMs ? latencyWithUnit(lookupMs) : "" },
  ];
  if (warmup !== null) {
    const said = `${counted(warmup.due, "exchange")} due, ${count(warmup.completed)} answered`;
    facts.push({ name: "warm-up, kept apart", value: said });
  }
  return factsOf(facts);
}

export function accountsSection(result: ResultDocument): Markup {
  const { accounting } = result;
  const accounts = accounting === null ? [] : [accountTable(accounting), completeness(accounting)];
  return section("accounts", "Accounts", [...accounts, wireFacts(result)]);
}
