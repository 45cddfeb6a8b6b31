import { TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import type { UseQueryResult } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from '../i18n';
import { Pager } from './Pager';
import { Empty, Failure, Loading } from './states';
import { Table, type Column } from './Table';

/** The page a list is at, and its search; what restricts it anew goes back to the first page. */
export function useListState(firstSearch = '') {
  const [search, setSearch] = useState(firstSearch);
  const [cursors, setCursors] = useState<string[]>([]);
  const [wanted] = useDebouncedValue(search.trim(), 250);
  const restart =
    <T,>(set: (value: T) => void) =>
    (value: T) => {
      set(value);
      setCursors([]);
    };
  return { search, wanted, setSearch: restart(setSearch), cursors, setCursors, after: cursors[cursors.length - 1] ?? '', restart };
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
