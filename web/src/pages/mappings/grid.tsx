import { Button, Checkbox } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useMemo, useState, type ReactNode } from 'react';
import { ApiError, call, get, of, query, type BadRow, type Mapping, type Reference } from '../../api';
import { BadRows, CsvTransfer, UndoButton, type UndoState } from '../../components/CsvTransfer';
import { Confirm } from '../../components/dialogs';
import { IconAction } from '../../components/IconAction';
import { PageSteps, usePages } from '../../components/Pager';
import { SearchField } from '../../components/PagedList';
import { SaveBar } from '../../components/SaveBar';
import { Empty } from '../../components/states';
import { head, useScrollBox, type Column } from '../../components/Table';
import { useTranslation, type Key } from '../../i18n';
import { useMappingWritten, type MappingPart } from '../../mapping';
import { useMay } from '../../session';

/** What a grid needs to know of the part of the mapping that it edits. */
export interface GridPart<Entry> {
  part: Exclude<MappingPart, 'ship_nodes'>;
  /** The column of the name: an entry has it for good, only a new one is given one. */
  nameColumn: Key;
  add: Key;
  fresh: Entry;
  entries: (mapping: Mapping) => Entry[];
  nameOf: (entry: Entry) => string;
  named: (entry: Entry, name: string) => Entry;
  /** What a search looks in. */
  words: (entry: Entry) => string[];
  /** The codes of Exact that an entry names, each with the list it is of. */
  codes?: (entry: Entry) => Code[];
  /** What the server is asked to write and to remove. */
  body: (written: Entry[], removed: string[]) => Record<string, unknown>;
}

interface Code {
  kind: string;
  code: string;
}

/** Items are those of the column of items; of all other lists the column has the name. */
const columnOf = (kind: string): Key => `column.${kind === 'item' ? 'exact_item' : kind}` as Key;

/** So many are asked after before they are saved; the check of the mapping tells of the others afterwards. */
const mostAskedAfter = 40;

/** Of these codes those that Exact's lists, as they were read last, do not have. A list that was never read knows of none. */
async function unknownTo(connection: string, codes: Code[]): Promise<Code[]> {
  const distinct = [...new Map(codes.map((each) => [`${each.kind} ${each.code}`, each])).values()].slice(0, mostAskedAfter);
  const isUnknown = await Promise.all(
    distinct.map(async ({ kind, code }) => {
      const { rows, found, total } = await get<{ rows: Reference[]; found: number; total: number }>(`${of(connection)}/references/${kind}${query({ search: code, limit: 500 })}`);
      // Of more than were told the code may be among the others.
      return total > 0 && found <= rows.length && !rows.some((row) => row.code === code);
    }),
  );
  return distinct.filter((_, index) => isUnknown[index]);
}

interface Edits<Entry> {
  changed: Record<string, Entry>;
  added: Entry[];
  removed: string[];
}
const noEdits = { changed: {}, added: [], removed: [] };
const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

/** What is changed and not saved yet, and the way to save it and to take it back. */
export function useGrid<Entry>(connection: string, mapping: Mapping, part: GridPart<Entry>, { undo, setUndo }: UndoState) {
  const { t } = useTranslation();
  const written = useMappingWritten(connection);
  const [edits, setEdits] = useState<Edits<Entry>>(noEdits);
  const [selected, setSelected] = useState<Set<string>>(new Set());
  const [badRows, setBadRows] = useState<BadRow[]>([]);
  const entries = useMemo(() => part.entries(mapping), [part, mapping]);
  const present = useMemo(() => entries.filter((entry) => !edits.removed.includes(part.nameOf(entry))), [entries, edits.removed, part]);
  const discard = () => {
    setEdits(noEdits);
    setBadRows([]);
  };
  const send = (entries: Entry[], removed: string[], revision: string) => call<Mapping>('PATCH', `${of(connection)}/mapping`, { ...part.body(entries, removed), revision });
  /** A new entry of a name that is there already would be written over it unseen. */
  const takenNames = () => {
    const names = [...present, ...edits.added].map(part.nameOf);
    return [...new Set(edits.added.map(part.nameOf))].filter((name) => name !== '' && names.filter((each) => each === name).length > 1);
  };
  const codesOf = (entry: Entry | undefined) => (entry && part.codes?.(entry).filter(({ code }) => code !== '')) ?? [];
  /** What is there already is told by the check. */
  const newCodes = () => {
    const before = new Map(entries.map((entry) => [part.nameOf(entry), entry]));
    return [...Object.values(edits.changed), ...edits.added].flatMap((entry) => {
      const known = codesOf(before.get(part.nameOf(entry))).map(({ kind, code }) => `${kind} ${code}`);
      return codesOf(entry).filter(({ kind, code }) => !known.includes(`${kind} ${code}`));
    });
  };
  const [unknown, setUnknown] = useState<Code[]>([]);
  const check = useMutation({
    mutationFn: () => unknownTo(connection, newCodes()),
    onSuccess: (found) => (found.length > 0 ? setUnknown(found) : save.mutate()),
    onError: written.failed,
  });
  const save = useMutation({
    onSettled: () => setUnknown([]),
    mutationFn: () => send([...Object.values(edits.changed).filter((entry) => !edits.removed.includes(part.nameOf(entry))), ...edits.added], edits.removed, mapping.revision),
    onSuccess: (next) => {
      const touched = [...Object.keys(edits.changed), ...edits.removed];
      const before = entries.filter((entry) => touched.includes(part.nameOf(entry)));
      const known = new Set(entries.map(part.nameOf));
      const made = edits.added.map(part.nameOf).filter((name) => !known.has(name));
      setUndo({ label: 'map.undo', run: () => send(before, made, next.revision) });
      discard();
      setSelected(new Set());
      written.taken(next, t('common.saved'));
    },
    onError: (error) => {
      if (error instanceof ApiError && error.badRows.length > 0) setBadRows(error.badRows);
      else written.failed(error);
    },
  });
  return {
    connection,
    mapping,
    part,
    edits,
    entries,
    present,
    selected,
    setSelected,
    undo,
    setUndo,
    badRows,
    setBadRows,
    discard,
    saving: save.isPending || check.isPending,
    unknown,
    forgetUnknown: () => setUnknown([]),
    saveAllTheSame: () => save.mutate(),
    changes: Object.keys(edits.changed).length + edits.added.length + edits.removed.length,
    save: () => {
      const taken = takenNames();
      setBadRows(taken.map((name) => ({ row: 0, column: '', message: t('map.taken', { name }) })));
      if (taken.length === 0) check.mutate();
    },
    entryOf: (original: Entry) => edits.changed[part.nameOf(original)] ?? original,
    edit: (original: Entry, change: (entry: Entry) => Entry) =>
      setEdits((before) => {
        const name = part.nameOf(original);
        const next = change(before.changed[name] ?? original);
        const changed = { ...before.changed, [name]: next };
        if (isSame(next, original)) delete changed[name];
        return { ...before, changed };
      }),
    add: () => setEdits((before) => ({ ...before, added: [...before.added, part.fresh] })),
    editAdded: (index: number, change: (entry: Entry) => Entry) => setEdits((before) => ({ ...before, added: before.added.map((entry, at) => (at === index ? change(entry) : entry)) })),
    dropAdded: (index: number) => setEdits((before) => ({ ...before, added: before.added.filter((_, at) => at !== index) })),
    remove: (names: Iterable<string>) => setEdits((before) => ({ ...before, removed: [...new Set([...before.removed, ...names])] })),
  };
}

/** Codes of Exact for the browser's own completion of a column. */
export function Codes({ connection, id, kind }: { connection: string; id: string; kind: string }) {
  const codes = useQuery({
    queryKey: ['references', connection, kind, 'all'],
    queryFn: () => get<{ rows: Reference[] }>(`${of(connection)}/references/${kind}${query({ limit: 500 })}`),
    staleTime: 60_000,
  });
  return (
    <datalist id={id}>
      {codes.data?.rows.filter((row) => row.usable).map((row) => (
        <option key={row.code} value={row.code}>
          {row.name}
        </option>
      ))}
    </datalist>
  );
}

export function Cell({ label, value, changed, list, number, onChange }: { label: string; value: string; changed: boolean; list?: string; number?: boolean; onChange: (value: string) => void }) {
  const mayEdit = useMay('operator');
  return <input className={`cell mono${changed ? ' changed' : ''}${number ? ' number' : ''}`} list={list} inputMode={number ? 'decimal' : undefined} aria-label={label} value={value} readOnly={!mayEdit} onChange={(event) => onChange(event.currentTarget.value)} />;
}

/** One entry as its rows need it. */
export interface EntryRow<Entry> {
  key: string;
  entry: Entry;
  /** As it is saved; null of a new one. */
  original: Entry | null;
  name: string;
  change: (change: (entry: Entry) => Entry) => void;
  /** The first two cells: to select or drop it, and its name. */
  lead: (rows?: number) => ReactNode;
}

interface Props<Entry> {
  grid: ReturnType<typeof useGrid<Entry>>;
  caption: Key;
  columns: Column[];
  empty: { title: Key; text: Key; icon: ReactNode };
  /** What can be done with all that are selected, besides removing them. */
  bulk?: ReactNode;
  children: (row: EntryRow<Entry>) => ReactNode;
}

export function Grid<Entry>({ grid, caption, columns, empty, bulk, children }: Props<Entry>) {
  const { t } = useTranslation();
  const mayEdit = useMay('operator');
  const box = useScrollBox();
  const [search, setSearch] = useState('');
  const [page, setPage] = useState(0);
  const { part, edits, selected } = grid;
  const wanted = search.trim().toLowerCase();
  const shown = useMemo(() => (wanted ? grid.present.filter((entry) => part.words(edits.changed[part.nameOf(entry)] ?? entry).some((word) => word.toLowerCase().includes(wanted))) : grid.present), [grid.present, wanted, edits.changed, part]);
  const { pages, at, rowsOf } = usePages(shown);
  const here = at(page);
  const visible = rowsOf(here);
  const select = (names: string[], chosen: boolean) => {
    const next = new Set(selected);
    for (const name of names) chosen ? next.add(name) : next.delete(name);
    grid.setSelected(next);
  };
  const newName = t('map.cell', { column: t(part.nameColumn), sku: t('map.newRow') });
  const addedRow = (entry: Entry, index: number): EntryRow<Entry> => ({
    key: `added ${index}`,
    entry,
    original: null,
    name: part.nameOf(entry) || t('map.newRow'),
    change: (change) => grid.editAdded(index, change),
    lead: (rows) => (
      <>
        <td rowSpan={rows} className="lead">
          <IconAction label={t('map.drop', { name: part.nameOf(entry) || t('map.newRow') })} icon={<IconTrash size={17} />} onClick={() => grid.dropAdded(index)} />
        </td>
        <td rowSpan={rows}>
          <input className="cell wide mono changed" aria-label={newName} value={part.nameOf(entry)} autoFocus onChange={(event) => { const name = event.currentTarget.value; grid.editAdded(index, (before) => part.named(before, name)); }} />
        </td>
      </>
    ),
  });
  const savedRow = (original: Entry): EntryRow<Entry> => {
    const name = part.nameOf(original);
    return {
      key: name,
      entry: grid.entryOf(original),
      original,
      name,
      change: (change) => grid.edit(original, change),
      lead: (rows) => (
        <>
          <td rowSpan={rows} className="lead">
            <Checkbox size="xs" aria-label={t('map.selectRow', { sku: name })} disabled={!mayEdit} checked={selected.has(name)} onChange={(event) => select([name], event.currentTarget.checked)} />
          </td>
          <th scope={rows ? 'rowgroup' : 'row'} rowSpan={rows} className="mono wrap">
            {name}
          </th>
        </>
      ),
    };
  };
  return (
    <>
      <div className="row" style={{ marginBottom: 14 }}>
        <SearchField
          label={t('map.search')}
          value={search}
          onChange={(value) => {
            setSearch(value);
            setPage(0);
          }}
        />
        {mayEdit && <UndoButton connection={grid.connection} undo={grid.undo} disabled={grid.changes > 0} onUndone={() => grid.setUndo(null)} />}
        {mayEdit && (
          <Button variant="default" leftSection={<IconPlus size={17} aria-hidden />} onClick={grid.add}>
            {t(part.add)}
          </Button>
        )}
        <CsvTransfer
          connection={grid.connection}
          part={part.part}
          mapping={grid.mapping}
          onImported={(made) => {
            grid.setUndo(made);
            grid.discard();
            grid.setSelected(new Set());
          }}
          onBadRows={grid.setBadRows}
        />
      </div>
      <BadRows rows={grid.badRows} onClose={() => grid.setBadRows([])} />
      {mayEdit && selected.size > 0 && (
        <div className="card row bottom" style={{ marginBottom: 14 }}>
          <strong className="grow" style={{ alignSelf: 'center' }}>{t('map.selected', { n: selected.size })}</strong>
          {bulk}
          <Button
            variant="outline"
            color="red"
            onClick={() => {
              grid.remove(selected);
              grid.setSelected(new Set());
            }}
          >
            {t('map.removeSelected')}
          </Button>
        </div>
      )}
      {visible.length === 0 && edits.added.length === 0 ? (
        <div className="card">
          <Empty title={t(grid.entries.length > 0 ? 'orders.nothingFound' : empty.title)} text={grid.entries.length > 0 ? undefined : t(empty.text)} icon={empty.icon} />
        </div>
      ) : (
        <div className="card flush">
          <div {...box}>
            <table className="list gridedit">
              <caption className="visually-hidden">{t(caption)}</caption>
              <thead>
                <tr>
                  <th scope="col" className="lead">
                    <Checkbox size="xs" aria-label={t('map.selectAll')} disabled={!mayEdit} checked={visible.length > 0 && visible.every((entry) => selected.has(part.nameOf(entry)))} onChange={(event) => select(visible.map(part.nameOf), event.currentTarget.checked)} />
                  </th>
                  <th scope="col">{t(part.nameColumn)}</th>
                  {columns.map(head)}
                </tr>
              </thead>
              <tbody>
                {edits.added.map((entry, index) => children(addedRow(entry, index)))}
                {visible.map((entry) => children(savedRow(entry)))}
              </tbody>
            </table>
          </div>
        </div>
      )}
      {pages > 1 && <PageSteps page={`${here + 1} / ${pages}`} back={here > 0 ? () => setPage(here - 1) : undefined} on={here + 1 < pages ? () => setPage(here + 1) : undefined} />}
      {grid.changes > 0 && <SaveBar text={t('map.unsaved', { n: grid.changes }) + (edits.removed.length > 0 ? ` (${t('map.unsavedRemoved', { n: edits.removed.length })})` : '')} saving={grid.saving} onDiscard={grid.discard} onSave={grid.save} />}
      <Confirm opened={grid.unknown.length > 0} title={t('map.unknownTitle', { n: grid.unknown.length })} text={t('map.unknownText')} action={t('map.saveAllTheSame')} busy={grid.saving} onConfirm={grid.saveAllTheSame} onClose={grid.forgetUnknown}>
        <ul className="bulleted">
          {grid.unknown.map(({ kind, code }) => (
            <li key={`${kind} ${code}`} className="wrap">
              {t(columnOf(kind))}: <span className="mono">{code}</span>
            </li>
          ))}
        </ul>
      </Confirm>
    </>
  );
}
