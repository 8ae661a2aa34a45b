import { createHash } from 'node:crypto';
import { Html, html } from '../../../html.ts';

const STYLE = `
:root { color-scheme: light dark; font: 15px/1.5 system-ui, "Segoe UI", sans-serif;
  --ground: light-dark(#f5f4f8, #15131b); --card: light-dark(#fff, #1f1c28); --line: light-dark(#e0dde8, #393447);
  --faint: light-dark(#5d566d, #aaa3ba); --accent: light-dark(#4e5e9e, #aab6f5); }
body { margin: 0 auto; max-width: 1100px; padding: 1rem 1.25rem 3rem; background: var(--ground); color: light-dark(#1d1a26, #eceaf2); }
header { display: flex; flex-wrap: wrap; align-items: baseline; gap: .4rem 1.5rem; }
h1 { font-size: 1.25rem; margin: .3rem 0; } h2 { font-size: 1rem; margin: 0 0 .6rem; }
nav { display: flex; flex-wrap: wrap; gap: .3rem 1.1rem; } a { color: var(--accent); } nav [aria-current] { font-weight: 700; text-decoration: none; }
p { margin: .4rem 0; } .faint { color: var(--faint); font-size: .92rem; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 1rem 1.1rem; margin-top: 1rem; overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .93rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .9rem .35rem 0; border-top: 1px solid var(--line); overflow-wrap: break-word; }
thead th { border-top: 0; color: var(--faint); font-weight: 500; } tbody th { font-weight: 600; }
caption { text-align: left; } tbody th, td.faint { overflow-wrap: normal; } td:last-child { padding-right: 0; min-width: 12rem; overflow-wrap: anywhere; }
.tag { display: inline-block; background: light-dark(#eeecf5, #2d293a); border-radius: 1rem; padding: 0 .6rem; margin: .1rem .2rem .1rem 0; font-size: .86rem; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: var(--ground); padding: .6rem .8rem; border-radius: 8px; font-size: .86rem; margin: .4rem 0; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }`;

const STYLED = new Html(STYLE);
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

/** Nothing is loaded, sent or run; and nobody may put a page into a frame. */
export const PAGE_HEADERS = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
} as const;

const PLACES = [
  ['/s/contacts', 'Contacts'],
  ['/s/segments', 'Segments'],
  ['/s/emails', 'E-mails'],
  ['/s/custom/items', 'Custom items'],
] as const;

/** A whole page; `here` is the path of the place it belongs to. */
export function shell(title: string, here: string, content: Html): string {
  const links = PLACES.map(([path, name]) =>
    path === here
      ? html`<a href="${path}" aria-current="page">${name}</a>`
      : html`<a href="${path}">${name}</a>`,
  );
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${STYLED}</style>
</head>
<body>
<header>
<h1>Simulated Mautic</h1>
<nav aria-label="Mautic">${links}</nav>
</header>
<main>
${content}
</main>
</body>
</html>
`.markup;
}
