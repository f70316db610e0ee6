/** How the pages look: colours, type, the frame of a page. */
export const stylesheet = String.raw`
:root {
  color-scheme: light dark;
  --paper: #f7f6f3;
  --card: #ffffff;
  --ink: #1d2321;
  --soft: #5b6560;
  --line: #dedcd5;
  --edge: #85908a;
  --accent: #1f6657;
  --accent-ink: #ffffff;
  --accent-soft: #e3efeb;
  --warn: #7d4e00;
  --warn-soft: #fbf0d9;
  --bad: #a3271f;
  --bad-soft: #fbe9e6;
  --good: #1f6a3d;
  --good-soft: #e4f2e8;
  --info: #2b5378;
  --info-soft: #e6eef6;
  --odd: #6a3d86;
  --odd-soft: #f1e8f6;
  --focus: #1b62d1;
  --shadow: 0 1px 2px rgb(30 35 33 / 6%), 0 4px 16px rgb(30 35 33 / 5%);
  --round: 10px;
  --mono: ui-monospace, 'SF Mono', 'Cascadia Mono', 'Liberation Mono', Menlo, monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #131715;
    --card: #1b211e;
    --ink: #e7ebe8;
    --soft: #9eaaa4;
    --line: #2f3834;
    --edge: #66726c;
    --accent: #7cc7b3;
    --accent-ink: #0f1b17;
    --accent-soft: #20342e;
    --warn: #ecbf6c;
    --warn-soft: #362b16;
    --bad: #f19c93;
    --bad-soft: #3c1f1c;
    --good: #8fd3a6;
    --good-soft: #1c3425;
    --info: #9cc4e8;
    --info-soft: #1d2c3a;
    --odd: #d0a9e6;
    --odd-soft: #30223a;
    --focus: #84b2ff;
    --shadow: none;
  }
}
*, *::before, *::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-padding-top: 5rem; }
body {
  margin: 0;
  background: var(--paper);
  color: var(--ink);
  font: 400 1rem/1.55 system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', sans-serif;
  overflow-wrap: break-word;
}
h1, h2, h3 {
  line-height: 1.25; margin: 0; text-wrap: balance; overflow-wrap: anywhere; font-weight: 650; letter-spacing: -0.011em;
}
h1 { font-size: 1.65rem; }
h2 { font-size: 1.1rem; }
h3 { font-size: 1rem; }
p { margin: 0.6rem 0; }
a { color: var(--accent); text-underline-offset: 0.18em; text-decoration-thickness: 1px; }
a:hover { text-decoration-thickness: 2px; }
code, pre, .key { font-family: var(--mono); }
code { font-size: 0.9em; background: var(--accent-soft); padding: 0.1em 0.35em; border-radius: 4px; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; border-radius: 4px; }
main:focus { outline: none; }
[hidden] { display: none !important; }
.skip { position: absolute; left: -999rem; top: 0.5rem; background: var(--card); padding: 0.5rem 1rem; z-index: 9; }
.skip:focus { left: 0.5rem; }

.bar {
  display: flex; align-items: center; gap: 0.25rem 1.75rem; flex-wrap: wrap;
  padding: 0.7rem max(1.25rem, calc((100% - 68rem) / 2 + 1.25rem));
  background: var(--card); border-bottom: 1px solid var(--line);
}
.brand {
  display: inline-flex; align-items: center; gap: 0.5rem;
  font-weight: 700; letter-spacing: -0.02em; color: var(--ink); text-decoration: none;
}
.mark { fill: none; stroke: var(--accent); stroke-width: 2.4; stroke-linecap: round; }
.mark circle { fill: var(--accent); stroke: none; }
.bar nav { display: flex; gap: 0.25rem; }
.bar nav a {
  color: var(--soft); text-decoration: none; padding: 0.35rem 0.7rem; border-radius: 6px; font-weight: 550;
}
.bar nav a:hover { color: var(--ink); background: var(--paper); }
.bar nav a[aria-current] { color: var(--accent); background: var(--accent-soft); }
.who { margin-left: auto; display: flex; align-items: center; gap: 0.75rem; }
.who .name { color: var(--soft); }

main { max-width: 68rem; margin: 0 auto; padding: 1.75rem 1.25rem 4rem; }
main.wide { max-width: none; padding-bottom: 1rem; }
.narrow { max-width: 36rem; margin: 0 auto; }
.crumb { overflow-wrap: anywhere; margin: 0 0 0.75rem; font-size: 0.9rem; color: var(--soft); }
.head { display: flex; flex-wrap: wrap; align-items: center; gap: 0.6rem 1.25rem; margin-bottom: 1.25rem; }
.head h1 { margin-right: auto; min-width: 0; overflow-wrap: anywhere; }
.head .actions { margin: 0; }
h1.key { font-size: 1.35rem; letter-spacing: -0.02em; }
.split { display: grid; gap: 2rem; grid-template-columns: minmax(0, 1fr) 20rem; align-items: start; }
.split > :first-child { min-width: 0; }
.split section + section { margin-top: 2rem; }
.split h1 { margin: 0.5rem 0 0.75rem; }
@media (max-width: 54rem) {
  .split { grid-template-columns: minmax(0, 1fr); gap: 1.5rem; }
  main { padding-top: 1.25rem; }
  h1 { font-size: 1.4rem; }
}

.tabs { display: inline-flex; border: 1px solid var(--line); border-radius: 8px; padding: 3px; background: var(--card); }
.tabs a { padding: 0.25rem 0.85rem; border-radius: 6px; text-decoration: none; color: var(--soft); font-size: 0.95rem; }
.tabs a[aria-current] { background: var(--accent-soft); color: var(--accent); font-weight: 600; }
.empty {
  text-align: center; color: var(--soft); padding: 3.5rem 1.5rem;
  border: 1px dashed var(--line); border-radius: var(--round);
}
.lead { font-size: 1.1rem; color: var(--ink); }
.hint { color: var(--soft); font-size: 0.92rem; }
.offline { background: var(--warn-soft); color: var(--warn); padding: 0.6rem 1rem; border-radius: 8px; }
.paging { display: flex; gap: 1.25rem; justify-content: center; margin-top: 1.5rem; color: var(--soft); }
@media (prefers-reduced-motion: no-preference) {
  a, button, .card, input, select, textarea { transition: border-color 0.12s, background-color 0.12s, box-shadow 0.12s; }
}
`;
