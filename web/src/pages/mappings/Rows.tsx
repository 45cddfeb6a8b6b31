import { Button, Checkbox, Select, TextInput } from '@mantine/core';
import { IconArrowsLeftRight, IconPlus } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { ApiError, call, get, of, query, type BadRow, type Mapping, type MappingRow, type Reference } from '../../api';
import { BadRows, CsvTransfer, UndoButton, type Undo } from '../../components/CsvTransfer';
import { PageSteps, usePages } from '../../components/Pager';
import { SearchField } from '../../components/PagedList';
import { SaveBar } from '../../components/SaveBar';
import { Empty } from '../../components/states';
import { useTranslation, type Key } from '../../i18n';
import { emptyRow, mappingColumns as columns, useMappingWritten, type MappingColumn as Column } from '../../mapping';
import { useMay } from '../../session';

const kindOf: Record<Column, string> = { exact_item: 'item', gl_account: 'gl_account', cost_center: 'cost_center', cost_unit: 'cost_unit', vat_code: 'vat_code', warehouse: 'warehouse' };

/** Codes of Exact for the browser's own completion of each column. */
function Codes({ connection, column }: { connection: string; column: Column }) {
  const codes = useQuery({
    queryKey: ['references', connection, kindOf[column], 'all'],
    queryFn: () => get<{ rows: Reference[] }>(`${of(connection)}/references/${kindOf[column]}${query({ limit: 500 })}`),
    staleTime: 60_000,
  });
  return (
    <datalist id={`codes-${column}`}>
      {codes.data?.rows.filter((row) => row.usable).map((row) => (
        <option key={row.code} value={row.code}>
          {row.name}
        </option>
      ))}
    </datalist>
  );
}

interface Edits {
  rows: Record<string, MappingRow>;
  added: MappingRow[];
  removed: string[];
}
const noEdits: Edits = { rows: {}, added: [], removed: [] };

export function Rows({ connection, mapping }: { connection: string; mapping: Mapping }) {
  const { t } = useTranslation();
  const mayEdit = useMay('operator');
  const written = useMappingWritten(connection);
  const [search, setSearch] = useState('');
  const [page, setPage] = useState(0);
  const [edits, setEdits] = useState<Edits>(noEdits);
  const [undo, setUndo] = useState<Undo | null>(null);
  const [selected, setSelected] = useState<Set<string>>(new Set());
  const [bulk, setBulk] = useState<{ column: Column; value: string }>({ column: 'gl_account', value: '' });
  const [badRows, setBadRows] = useState<BadRow[]>([]);

  const present = useMemo(() => mapping.rows.filter((row) => !edits.removed.includes(row.sku)), [mapping.rows, edits.removed]);
  const shown = useMemo(() => {
    const wanted = search.trim().toLowerCase();
    if (!wanted) return present;
    return present.filter((row) => Object.values(edits.rows[row.sku] ?? row).some((value) => value.toLowerCase().includes(wanted)));
  }, [present, search, edits.rows]);
  const { pages, at, rowsOf } = usePages(shown);
  const here = at(page);
  const visible = rowsOf(here);
  const changes = Object.keys(edits.rows).length + edits.added.length + edits.removed.length;

  const send = (body: { rows: MappingRow[]; remove: string[] }, revision: string) => call<Mapping>('PATCH', `${of(connection)}/mapping`, { ...body, revision });
  const save = useMutation({
    mutationFn: () => send({ rows: [...Object.values(edits.rows).filter((row) => !edits.removed.includes(row.sku)), ...edits.added], remove: edits.removed }, mapping.revision),
    onSuccess: (next) => {
      const touched = [...Object.keys(edits.rows), ...edits.removed];
      const before = {
        rows: mapping.rows.filter((row) => touched.includes(row.sku)),
        remove: edits.added.map((row) => row.sku).filter((sku) => !mapping.rows.some((row) => row.sku === sku)),
      };
      setUndo({ label: 'map.undo', run: () => send(before, next.revision) });
      setEdits(noEdits);
      setBadRows([]);
      setSelected(new Set());
      written.taken(next, t('common.saved'));
    },
    onError: (error) => {
      if (error instanceof ApiError && error.badRows.length > 0) setBadRows(error.badRows);
      else written.failed(error);
    },
  });

  const edit = (row: MappingRow, column: Column, value: string) => {
    setEdits((before) => {
      const next = { ...(before.rows[row.sku] ?? row), [column]: value };
      const rows = { ...before.rows, [row.sku]: next };
      if (columns.every((name) => next[name] === row[name])) delete rows[row.sku];
      return { ...before, rows };
    });
  };
  const editAdded = (index: number, column: keyof MappingRow, value: string) =>
    setEdits((before) => ({ ...before, added: before.added.map((row, at) => (at === index ? { ...row, [column]: value } : row)) }));
  const applyBulk = () => {
    for (const row of mapping.rows) if (selected.has(row.sku)) edit(row, bulk.column, bulk.value);
  };
  const cell = (row: MappingRow, column: Column, original: MappingRow | null, onChange: (value: string) => void) => (
    <td key={column}>
      <input
        className={`cell mono${original && original[column] !== row[column] ? ' changed' : ''}`}
        list={`codes-${column}`}
        aria-label={t('map.cell', { column: t(`column.${column}` as Key), sku: row.sku || t('map.newRow') })}
        value={row[column]}
        readOnly={!mayEdit}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    </td>
  );

  return (
    <>
      {columns.map((column) => (
        <Codes key={column} connection={connection} column={column} />
      ))}
      <div className="row" style={{ marginBottom: 14 }}>
        <SearchField
          label={t('map.search')}
          value={search}
          onChange={(value) => {
            setSearch(value);
            setPage(0);
          }}
        />
        {mayEdit && <UndoButton connection={connection} undo={undo} disabled={changes > 0} onUndone={() => setUndo(null)} />}
        {mayEdit && (
          <Button variant="default" leftSection={<IconPlus size={17} aria-hidden />} onClick={() => setEdits((before) => ({ ...before, added: [...before.added, { ...emptyRow }] }))}>
            {t('map.addRow')}
          </Button>
        )}
        <CsvTransfer
          connection={connection}
          part="mapping"
          mapping={mapping}
          onImported={(made) => {
            setUndo(made);
            setEdits(noEdits);
            setSelected(new Set());
          }}
          onBadRows={setBadRows}
        />
      </div>
      <BadRows rows={badRows} onClose={() => setBadRows([])} />
      {mayEdit && selected.size > 0 && (
        <div className="card row bottom" style={{ marginBottom: 14 }}>
          <strong>{t('map.selected', { n: selected.size })}</strong>
          <Select
            label={t('map.bulkColumn')}
            value={bulk.column}
            allowDeselect={false}
            onChange={(column) => column && setBulk({ column: column as Column, value: '' })}
            data={columns.map((column) => ({ value: column, label: t(`column.${column}` as Key) }))}
          />
          <TextInput label={t('map.bulkValue')} list={`codes-${bulk.column}`} value={bulk.value} onChange={(event) => setBulk({ ...bulk, value: event.currentTarget.value })} />
          <Button variant="default" onClick={applyBulk}>
            {t('map.apply')}
          </Button>
          <Button
            variant="outline"
            color="red"
            onClick={() => {
              setEdits((before) => ({ ...before, removed: [...new Set([...before.removed, ...selected])] }));
              setSelected(new Set());
            }}
          >
            {t('map.removeSelected')}
          </Button>
        </div>
      )}
      {mapping.rows.length === 0 && edits.added.length === 0 ? (
        <div className="card">
          <Empty title={t('map.empty')} text={t('map.emptyText')} icon={<IconArrowsLeftRight size={40} aria-hidden />} />
        </div>
      ) : visible.length === 0 && edits.added.length === 0 ? (
        <div className="card">
          <Empty title={t('orders.nothingFound')} icon={<IconArrowsLeftRight size={40} aria-hidden />} />
        </div>
      ) : (
        <div className="card flush tablebox">
          <table className="list gridedit">
            <caption className="visually-hidden">{t('map.title')}</caption>
            <thead>
              <tr>
                <th scope="col">
                  <Checkbox
                    size="xs"
                    aria-label={t('map.selectAll')}
                    disabled={!mayEdit}
                    checked={visible.length > 0 && visible.every((row) => selected.has(row.sku))}
                    onChange={(event) => {
                      const next = new Set(selected);
                      for (const row of visible) event.currentTarget.checked ? next.add(row.sku) : next.delete(row.sku);
                      setSelected(next);
                    }}
                  />
                </th>
                <th scope="col">{t('column.sku')}</th>
                {columns.map((column) => (
                  <th key={column} scope="col">
                    {t(`column.${column}` as Key)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {edits.added.map((row, index) => (
                <tr key={`added ${index}`}>
                  <td />
                  <td>
                    <input className="cell wide mono changed" aria-label={t('map.cell', { column: t('column.sku'), sku: t('map.newRow') })} value={row.sku} autoFocus onChange={(event) => editAdded(index, 'sku', event.currentTarget.value)} />
                  </td>
                  {columns.map((column) => cell(row, column, null, (value) => editAdded(index, column, value)))}
                </tr>
              ))}
              {visible.map((original) => {
                const row = edits.rows[original.sku] ?? original;
                return (
                  <tr key={original.sku}>
                    <td>
                      <Checkbox
                        size="xs"
                        aria-label={t('map.selectRow', { sku: original.sku })}
                        disabled={!mayEdit}
                        checked={selected.has(original.sku)}
                        onChange={(event) => {
                          const next = new Set(selected);
                          event.currentTarget.checked ? next.add(original.sku) : next.delete(original.sku);
                          setSelected(next);
                        }}
                      />
                    </td>
                    <th scope="row" className="mono wrap">
                      {original.sku}
                    </th>
                    {columns.map((column) => cell(row, column, original, (value) => edit(original, column, value)))}
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
      {pages > 1 && <PageSteps page={`${here + 1} / ${pages}`} back={here > 0 ? () => setPage(here - 1) : undefined} on={here + 1 < pages ? () => setPage(here + 1) : undefined} />}
      {changes > 0 && <SaveBar text={t('map.unsaved', { n: changes }) + (edits.removed.length > 0 ? ` (${t('map.unsavedRemoved', { n: edits.removed.length })})` : '')} saving={save.isPending} onDiscard={() => setEdits(noEdits)} onSave={() => save.mutate()} />}
    </>
  );
}
