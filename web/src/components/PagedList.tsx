import { TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import type { UseQueryResult } from '@tanstack/react-query';
import { useMemo, type ReactNode } from 'react';
import { useLocation, useSearch } from 'wouter';
import { useTranslation } from '../i18n';
import { Pager } from './Pager';
import { Empty, Failure, Loading } from './states';
import { Table, type Column } from './Table';

/** What a list is restricted to and the page it is at. They stand in the address, so that going back, a reload or a
 * link leads to the same rows; what restricts the list anew goes back to the first page. */
export function useListState() {
  const [path, go] = useLocation();
  const address = useSearch();
  const values = useMemo(() => new URLSearchParams(address), [address]);
  const change = (changes: Record<string, string | string[]>) => {
    const next = new URLSearchParams(window.location.search);
    for (const [name, value] of Object.entries(changes)) {
      next.delete(name);
      for (const each of [value].flat()) if (each) next.append(name, each);
    }
    go(path + (next.size > 0 ? `?${next}` : ''), { replace: true });
  };
  const search = values.get('search') ?? '';
  const cursors = values.getAll('after');
  const [wanted] = useDebouncedValue(search.trim(), 250);
  /** Empty takes the restriction away. */
  const restrict = (name: string, value: string) => change({ [name]: value, after: [] });
  return {
    search,
    /** The search, once it is typed. */
    wanted,
    setSearch: (text: string) => restrict('search', text),
    cursors,
    setCursors: (next: string[]) => change({ after: next }),
    after: cursors[cursors.length - 1] ?? '',
    value: (name: string, otherwise = '') => values.get(name) ?? otherwise,
    restrict,
  };
}
export type ListState = ReturnType<typeof useListState>;

export function SearchField({ label, value, onChange }: { label: string; value: string; onChange: (value: string) => void }) {
  return <TextInput className="grow" type="search" aria-label={label} placeholder={label} leftSection={<IconSearch size={17} aria-hidden />} value={value} onChange={(event) => onChange(event.currentTarget.value)} />;
}

interface EmptyList {
  title: string;
  text?: string;
  icon: ReactNode;
}

/** A table of which the server gives page after page, with all that it can be instead. */
export function PagedList<Row, Answer extends { next: string | null }>(props: {
  answer: UseQueryResult<Answer>;
  rows: (answer: Answer) => Row[];
  list: ListState;
  caption: string;
  columns: Column[];
  empty: EmptyList;
  children: (row: Row) => ReactNode;
}) {
  const { answer, list } = props;
  const { t } = useTranslation();
  const rows = answer.data ? props.rows(answer.data) : [];
  if (answer.isPending) return <Loading rows={10} />;
  // What is shown stays shown while the line is lost; the next answer mends it.
  if (!answer.data) return <Failure error={answer.error} retry={() => void answer.refetch()} />;
  if (rows.length === 0) {
    return (
      <>
        <div className="card">
          <Empty {...props.empty} />
        </div>
        <Pager cursors={list.cursors} next={null} onChange={list.setCursors} />
      </>
    );
  }
  return (
    <div aria-busy={answer.isPlaceholderData}>
      {answer.isError && <p className="banner small">{t('error.stale')}</p>}
      <div className="card flush">
        <Table caption={props.caption} columns={props.columns}>
          {rows.map(props.children)}
        </Table>
      </div>
      <Pager cursors={list.cursors} next={answer.data.next} onChange={list.setCursors} />
    </div>
  );
}
