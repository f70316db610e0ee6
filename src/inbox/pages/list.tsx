import type { Child } from 'hono/jsx';
import { Page, type Place, type Viewer } from './layout.js';
import { Note } from './parts.js';

/** What a list is narrowed by, as it stands in its address, and which page of it is shown. */
type ListQuery = { page: number } & Record<string, string | number>;

/** A choice among names, or none of them. */
export function Choice(props: { name: string; label: string; given: string; values: readonly string[] }) {
  const { name, label, given, values } = props;
  return (
    <div class="field">
      <label for={name}>{label}</label>
      <select id={name} name={name}>
        <option value="">any</option>
        {values.map((value) => (
          <option value={value} selected={value === given}>
            {value}
          </option>
        ))}
      </select>
    </div>
  );
}

/** What a list of batches or plans is narrowed by. */
export interface ShortQuery {
  status: string;
  prefix: string;
  page: number;
}

/** Narrows a list by state and by the beginning of the key. */
export function ShortFilter(props: { place: string; query: ShortQuery; values: readonly string[] }) {
  const { place, query, values } = props;
  return (
    <form class="filter short" method="get" action={place} role="search" aria-label="Narrow the list">
      <Choice name="status" label="Status" given={query.status} values={values} />
      <div class="field">
        <label for="prefix">Key begins with</label>
        <input id="prefix" name="prefix" value={query.prefix} placeholder="nightly-" />
      </div>
      <div class="actions">
        <button type="submit">Show</button>
        {isNarrow({ ...query }) && <a href={place}>Show all</a>}
      </div>
    </form>
  );
}

/** What a list shows, and how it is narrowed. */
export interface ListProps {
  viewer: Viewer;
  title: string;
  place: Place & ('runs' | 'batches' | 'plans');
  /** One of what it lists, as a word. */
  noun: string;
  query: ListQuery;
  /** How many there are on this page. */
  count: number;
  more: boolean;
  /** Why the filter can't be used. */
  problem?: string;
  filter: Child;
  /** The command that starts the first one. */
  command: string;
  children?: Child;
}

/** A list, page by page. */
export function ListPage(props: ListProps) {
  const { viewer, title, place, query, count, more, problem, filter, children } = props;
  return (
    <Page title={title} viewer={viewer} place={place}>
      <div class="head">
        <h1>{title}</h1>
      </div>
      {filter}
      {problem !== undefined && <Note kind="bad">{problem}</Note>}
      {count === 0 ? <Nothing {...props} /> : children}
      <Paging place={`/${place}`} query={query} more={more} />
    </Page>
  );
}

function Nothing({ query, noun, title, command }: ListProps) {
  if (isNarrow(query)) {
    return (
      <div class="empty">
        <p class="lead">No {noun} fits.</p>
      </div>
    );
  }
  return (
    <div class="empty">
      <p class="lead">There are no {title.toLowerCase()} yet.</p>
      <p>
        Start one with <code>{command}</code>
      </p>
    </div>
  );
}

/** Whether a list is narrowed by anything. */
export function isNarrow({ page: _, ...query }: ListQuery): boolean {
  return Object.values(query).some((value) => value !== '');
}

/** The way to newer and older pages of a list. */
function Paging({ place, query, more }: { place: string; query: ListQuery; more: boolean }) {
  const { page } = query;
  if (page <= 1 && !more) return <></>;
  return (
    <nav class="paging" aria-label="Pages">
      {page > 1 && (
        <a rel="prev" href={addressOf(place, { ...query, page: page - 1 })}>
          Newer
        </a>
      )}
      <span>Page {page}</span>
      {more && (
        <a rel="next" href={addressOf(place, { ...query, page: page + 1 })}>
          Older
        </a>
      )}
    </nav>
  );
}

function addressOf(place: string, { page, ...query }: ListQuery): string {
  const given = Object.entries(query).filter(([, value]) => value !== '');
  const search = new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)]));
  if (page > 1) search.set('page', String(page));
  return search.size === 0 ? place : `${place}?${search.toString()}`;
}
