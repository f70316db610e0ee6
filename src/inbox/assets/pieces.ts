/** How the pieces of the pages look: cards, forms, tables, notes. */
export const pieces = String.raw`
.cards { list-style: none; margin: 0.75rem 0 0; padding: 0; display: grid; gap: 0.85rem; grid-template-columns: minmax(0, 1fr); }
.card {
  position: relative; padding: 1.1rem 1.25rem; background: var(--card);
  border: 1px solid var(--line); border-radius: var(--round); box-shadow: var(--shadow);
}
.card:has(.cover:hover) { border-color: var(--edge); }
.card:has(.cover:focus-visible) { outline: 3px solid var(--focus); outline-offset: 2px; }
.card .cover { color: inherit; text-decoration: none; outline: none; }
.card .cover::after { content: ''; position: absolute; inset: 0; border-radius: inherit; }
.card .meta a, .card .note a { position: relative; z-index: 1; }
.card h2, .card h3 { margin: 0.45rem 0 0.3rem; }
.card-head { display: flex; flex-wrap: wrap; gap: 0.4rem 0.9rem; align-items: center; justify-content: space-between; }
.card-head time { color: var(--soft); font-size: 0.92rem; font-variant-numeric: tabular-nums; }
.card-head .deadline, .deadline { color: var(--soft); font-size: 0.92rem; font-variant-numeric: tabular-nums; }
.deadline.soon { color: var(--bad) !important; font-weight: 650; }
.meta { display: flex; flex-wrap: wrap; gap: 0.15rem 1.1rem; color: var(--soft); font-size: 0.9rem; margin: 0.5rem 0 0; }
.meta:empty { display: none; }
.meta > *, .note, .choice, .field > label, .field > legend, .field .hint, .ladder { min-width: 0; overflow-wrap: anywhere; }
.field > legend { max-width: 100%; }
.prose { white-space: pre-wrap; overflow-wrap: anywhere; max-width: 70ch; }
.clamp { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 3; overflow: hidden; color: var(--soft); margin: 0; }

.badge {
  display: inline-block; padding: 0.12rem 0.6rem; border-radius: 99px; font-size: 0.82rem; font-weight: 620;
  white-space: nowrap; background: var(--info-soft); color: var(--info);
}
.q-open, .s-waiting-for-person, .q-answered { background: var(--warn-soft); color: var(--warn); }
.q-applied, .s-completed { background: var(--good-soft); color: var(--good); }
.s-failed, .s-timed-out { background: var(--bad-soft); color: var(--bad); }
.q-unknown, .s-unknown { background: var(--odd-soft); color: var(--odd); }
.q-gone, .q-expired, .s-queued, .s-cancelled, .s-pending, .s-skipped { background: var(--line); color: var(--ink); }

.facts { margin: 0; background: var(--card); border: 1px solid var(--line); border-radius: var(--round); padding: 0.35rem 1.1rem; }
.facts div { display: grid; grid-template-columns: 6.6rem minmax(0, 1fr); gap: 0.75rem; padding: 0.55rem 0; align-items: baseline; }
.facts div + div { border-top: 1px solid var(--line); }
.facts dt { color: var(--soft); font-size: 0.92rem; }
.facts dd { margin: 0; overflow-wrap: anywhere; }
.narrow .facts { margin: 1rem 0; }
.ladder { margin-top: 1.25rem; font-size: 0.95rem; color: var(--soft); }
.ladder h2 { font-size: 1rem; color: var(--ink); }
.ladder ol { margin: 0.5rem 0 0; padding-left: 1.2rem; }
.ladder strong { color: var(--ink); }

.note { margin: 1rem 0; padding: 0.75rem 1rem; border-radius: 8px; border-left: 4px solid var(--info); background: var(--info-soft); }
.note.good { border-color: var(--good); background: var(--good-soft); }
.note.warn { border-color: var(--warn); background: var(--warn-soft); }
.note.bad { border-color: var(--bad); background: var(--bad-soft); }
.note .hint { display: block; margin-top: 0.35rem; color: inherit; opacity: 0.85; }
.card .note { margin: 0.6rem 0 0; font-size: 0.95rem; }
.card .value { margin: 0.6rem 0 0; background: var(--paper); padding: 0.6rem 0.9rem; }

.answer { margin-top: 1.25rem; }
.field { margin: 0 0 1.1rem; border: 0; padding: 0; min-width: 0; }
.field > label:not(.choice), .field > legend { display: block; font-weight: 600; margin-bottom: 0.3rem; padding: 0; }
.field .hint { margin: 0 0 0.4rem; }
.optional { font-weight: 400; color: var(--soft); font-size: 0.88rem; margin-left: 0.5rem; }
input:not([type='radio']):not([type='hidden']), select, textarea {
  width: 100%; font: inherit; color: var(--ink); background: var(--card);
  padding: 0.6rem 0.75rem; border: 1px solid var(--edge); border-radius: 8px; height: 2.9rem;
}
textarea { resize: vertical; line-height: 1.5; display: block; height: auto; min-height: 6.5rem; }
input:hover, select:hover, textarea:hover { border-color: var(--ink); }
input::placeholder, textarea::placeholder { color: var(--soft); opacity: 1; }
.choice {
  display: flex; align-items: center; gap: 0.6rem; padding: 0.6rem 0.85rem; margin-top: 0.4rem; cursor: pointer;
  border: 1px solid var(--line); border-radius: 8px; background: var(--card); min-height: 2.75rem;
}
.choice:hover { border-color: var(--edge); }
.choice:has(:checked) { border-color: var(--accent); background: var(--accent-soft); }
.choice input { flex: none; accent-color: var(--accent); width: 1.1rem; height: 1.1rem; margin: 0; }
.refusal { color: var(--bad); background: var(--bad-soft); border-left: 4px solid var(--bad); padding: 0.7rem 1rem; border-radius: 8px; }
.actions { display: flex; flex-wrap: wrap; gap: 0.6rem 1rem; align-items: center; margin-top: 1.25rem; }
button, .head .actions > a {
  font: inherit; font-weight: 600; padding: 0.55rem 1.1rem; min-height: 2.75rem; border-radius: 8px; cursor: pointer;
  border: 1px solid var(--edge); background: var(--card); color: var(--ink);
  display: inline-flex; align-items: center; justify-content: center; text-decoration: none;
}
.head .actions > a { padding: 0.35rem 0.9rem; min-height: 2.4rem; font-size: 0.95rem; }
button:hover, .head .actions > a:hover { border-color: var(--ink); }
button.primary { background: var(--accent); border-color: var(--accent); color: var(--accent-ink); }
button.primary:hover { filter: brightness(1.08); }
button.danger { background: var(--bad); border-color: var(--bad); color: var(--card); }
.head .actions > a.danger { color: var(--bad); border-color: currentcolor; }
button.quiet { background: none; border-color: transparent; color: var(--soft); padding: 0.3rem 0.6rem; min-height: 2.2rem; font-weight: 500; }
button.quiet:hover { border-color: var(--line); color: var(--ink); }
button[aria-disabled] { opacity: 0.6; cursor: progress; }
.answer .actions button { min-width: 7rem; }

.filter { display: grid; grid-template-columns: repeat(4, minmax(0, 1fr)) auto; gap: 0.75rem 1rem; align-items: end; margin-bottom: 1.5rem; }
.filter .field { margin: 0; }
.filter .field > label { font-size: 0.88rem; color: var(--soft); font-weight: 500; }
.filter .actions { margin: 0; }
table { width: 100%; border-collapse: separate; background: var(--card); border: 1px solid var(--line); border-radius: var(--round); border-spacing: 0; overflow: hidden; }
th, td { text-align: left; padding: 0.65rem 0.9rem; vertical-align: baseline; }
thead th { font-size: 0.85rem; font-weight: 550; color: var(--soft); border-bottom: 1px solid var(--line); }
tbody tr + tr > * { border-top: 1px solid var(--line); }
tbody th { font-family: var(--mono); font-size: 0.9rem; font-weight: 500; overflow-wrap: anywhere; min-width: 10rem; }
tbody td time, tbody td > span { white-space: nowrap; }
tbody td { font-size: 0.93rem; font-variant-numeric: tabular-nums; }
tbody tr:hover { background: var(--paper); }
td.wraps { overflow-wrap: anywhere; }
td.number { text-align: right; white-space: nowrap; }
.note code { white-space: nowrap; }
table.small { margin-top: 0.6rem; }
table.small th, table.small td { padding: 0.45rem 0.9rem; }
table.small th { width: 100%; min-width: 0; }
@media (min-width: 54rem) { .filter.short { grid-template-columns: 14rem minmax(0, 1fr) auto; } }
@media (max-width: 40rem) {
  table.lines tr { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: center; padding: 0.45rem 0; }
  table.lines tr > * { border: 0; padding: 0.1rem 0.9rem; }
  table.lines tr + tr { border-top: 1px solid var(--line); }
}
@media (max-width: 54rem) {
  .filter { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .filter .actions { grid-column: 1 / -1; }
  table.runs, .runs tbody, .runs tr, .runs th, .runs td { display: block; }
  table.runs { background: none; border: 0; }
  .runs thead { position: absolute; left: -999rem; }
  .runs tr { background: var(--card); border: 1px solid var(--line); border-radius: var(--round); padding: 0.9rem 1.1rem; margin-bottom: 0.75rem; }
  .runs tbody tr > * { border: 0; padding: 0.15rem 0; }
  .runs td[data-label] { display: grid; grid-template-columns: 6.5rem 1fr; }
  .runs td[data-label]::before { content: attr(data-label); color: var(--soft); }
}

.value {
  margin: 0.6rem 0; padding: 0.9rem 1.1rem; background: var(--card); border: 1px solid var(--line); border-radius: var(--round);
  font-size: 0.9rem; line-height: 1.5; overflow: auto; max-height: 32rem; white-space: pre-wrap; overflow-wrap: anywhere;
}
.progress svg { display: block; width: 100%; height: 6px; border-radius: 3px; background: var(--line); }
th .progress { margin-top: 0.45rem; max-width: 18rem; }
.progress.large svg { height: 14px; border-radius: 7px; }
.progress.large p { margin: 0.5rem 0 0; color: var(--soft); font-variant-numeric: tabular-nums; }
svg .p-completed { fill: var(--good); }
svg .p-failed { fill: var(--bad); }
svg .p-cancelled { fill: var(--edge); }
svg .p-live { fill: var(--info); opacity: 0.55; }
.tally { display: grid; grid-template-columns: repeat(auto-fit, minmax(7.5rem, 1fr)); gap: 0.75rem; margin: 1rem 0 1.75rem; }
.tally div { background: var(--card); border: 1px solid var(--line); border-radius: var(--round); padding: 0.7rem 1rem; display: flex; flex-direction: column-reverse; }
.tally dt { color: var(--soft); font-size: 0.9rem; }
.tally dd { margin: 0; font-size: 1.5rem; font-weight: 650; line-height: 1.2; font-variant-numeric: tabular-nums; }
.t-completed dd { color: var(--good); }
.t-failed dd { color: var(--bad); }
.steps .step-head { display: flex; flex-wrap: wrap; align-items: center; gap: 0.3rem 0.75rem; }
.steps .p-completed::before { background: var(--accent); }
.steps .p-failed::before, .steps .p-timed-out::before { border-color: var(--bad); background: var(--bad); }
.steps .p-pending::before, .steps .p-skipped::before, .steps .p-cancelled::before { border-color: var(--edge); }
.steps .p-waiting-for-person::before { border-color: var(--warn); background: var(--warn); }
.steps .items { margin: 0.3rem 0; padding-left: 1.2rem; }
.steps .value { margin: 0.5rem 0 0; max-height: 12rem; }
.story { list-style: none; margin: 0.75rem 0 0; padding: 0 0 0 1.1rem; border-left: 2px solid var(--line); }
.story > li { position: relative; padding-bottom: 1rem; }
.story > li::before {
  content: ''; position: absolute; left: calc(-1.1rem - 6px); top: 0.5rem; width: 10px; height: 10px;
  border-radius: 50%; background: var(--card); border: 2px solid var(--accent);
}
.story p { margin: 0.15rem 0; }
.held { margin: 0 0 0.85rem; color: var(--soft); }
.held strong { color: var(--ink); }
iframe.live { display: block; width: 100%; height: calc(100vh - 15rem); min-height: 24rem; border: 1px solid var(--line); border-radius: var(--round); background: #fff; }
@media (max-width: 40rem) {
  .facts div { grid-template-columns: 6rem minmax(0, 1fr); }
  .who .name { display: none; }
  .bar { column-gap: 0.4rem; padding-left: 1rem; padding-right: 1rem; }
  .bar nav { gap: 0; order: 1; width: 100%; justify-content: space-between; }
  .bar nav a, .bar .quiet { font-size: 0.95rem; }
  .bar nav a { padding: 0.35rem 0.45rem; }
  .bar .quiet { padding: 0.3rem 0.2rem; white-space: nowrap; }
  .brand { font-size: 0.95rem; gap: 0.35rem; }
  .answer .actions button { flex: 1; }
  .head .actions { gap: 0.5rem; }
  .head .actions > a { padding-left: 0.7rem; padding-right: 0.7rem; }
  .runs th .progress { margin-bottom: 0.4rem; }
}
@media print { .bar, .actions, form { display: none; } }
`;
