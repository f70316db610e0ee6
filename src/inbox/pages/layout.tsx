import type { Child } from 'hono/jsx';
import { assetPath } from '../assets/assets.js';
import { csrfField } from '../guard.js';
import type { Person } from '../person.js';
import type { Session } from '../sessions.js';

/** Who looks at a page; nobody where no sign-in is needed. */
export interface Viewer {
  person: Person;
  session: Session;
}

const places = { questions: '/', runs: '/runs', batches: '/batches', plans: '/plans' } as const;

/** A place in the bar. */
export type Place = keyof typeof places;

export interface PageProps {
  title: string;
  viewer?: Viewer;
  /** Which of the places in the bar this is. */
  place?: Place;
  /** Seconds after which a browser without script loads it again. */
  reload?: number;
  /** Whether the page is as wide as the window. */
  wide?: boolean;
  children?: Child;
}

/** A whole page. */
export function Page({ title, viewer, place, reload, wide, children }: PageProps) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <title>{title} · Perdure</title>
        <link rel="icon" href={assetPath('icon.svg')} type="image/svg+xml" />
        <link rel="stylesheet" href={assetPath('inbox.css')} />
        <script src={assetPath('inbox.js')} defer></script>
        {reload !== undefined && (
          <noscript>
            <meta http-equiv="refresh" content={String(reload)} />
          </noscript>
        )}
      </head>
      <body>
        <a class="skip" href="#main">
          Skip to the content
        </a>
        <Bar viewer={viewer} place={place} />
        <main id="main" class={wide ? 'wide' : undefined} tabindex={-1}>
          {children}
        </main>
      </body>
    </html>
  );
}

function Bar({ viewer, place }: Pick<PageProps, 'viewer' | 'place'>) {
  return (
    <header class="bar">
      <a class="brand" href="/">
        <Mark />
        Perdure
      </a>
      {viewer && (
        <nav aria-label="Places">
          {Object.entries(places).map(([name, path]) => (
            <a href={path} aria-current={place === name ? 'page' : undefined}>
              {name.charAt(0).toUpperCase() + name.slice(1)}
            </a>
          ))}
        </nav>
      )}
      {viewer && (
        <form class="who" method="post" action="/sign-out">
          <Csrf viewer={viewer} />
          <span class="name">{viewer.person.name}</span>
          <button class="quiet" type="submit">
            Sign out
          </button>
        </form>
      )}
    </header>
  );
}

function Mark() {
  return (
    <svg class="mark" viewBox="0 0 24 24" width="22" height="22" aria-hidden="true">
      <path d="M4 12a8 8 0 0 1 13.7-5.6M20 12a8 8 0 0 1-13.7 5.6" />
      <circle cx="12" cy="12" r="2.6" />
    </svg>
  );
}

/** What tells a form of this sign-in from one that another site sends. */
export function Csrf({ viewer }: { viewer: Viewer }) {
  return <input type="hidden" name={csrfField} value={viewer.session.csrf} />;
}
