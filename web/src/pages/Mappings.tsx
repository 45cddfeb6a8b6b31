import { ActionIcon, Alert, Button, Checkbox, Select, Tabs, TextInput } from '@mantine/core';
import { IconArrowBackUp, IconArrowsLeftRight, IconChevronLeft, IconChevronRight, IconDownload, IconPlus, IconSearch, IconUpload } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useRef, useState } from 'react';
import { ApiError, call, get, of, query, type AuditRecord, type BadRow, type Inventory, type Mapping, type MappingRow, type Reference } from '../api';
import { useTell } from '../components/dialogs';
import { ReferenceSelect } from '../components/ReferenceSelect';
import { Empty, Failure, Loading, PageHead, ReadOnly } from '../components/states';
import { dateTime } from '../format';
import { useTranslation, type Key } from '../i18n';
import { useMay } from '../session';

type Column = Exclude<keyof MappingRow, 'sku'>;
const columns: Column[] = ['exact_item', 'gl_account', 'cost_center', 'cost_unit', 'vat_code', 'warehouse'];
const kindOf: Record<Column, string> = { exact_item: 'item', gl_account: 'gl_account', cost_center: 'cost_center', cost_unit: 'cost_unit', vat_code: 'vat_code', warehouse: 'warehouse' };
const pageSize = 50;
const emptyRow: MappingRow = { sku: '', exact_item: '', gl_account: '', cost_center: '', cost_unit: '', vat_code: '', warehouse: '' };

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

function History({ connection }: { connection: string }) {
  const { t, word } = useTranslation();
  const records = useQuery({
    queryKey: ['audit', connection, 'mapping.'],
    queryFn: () => get<{ records: AuditRecord[] }>(`/audit${query({ connection, action: 'mapping.', limit: 50 })}`),
  });
  if (records.isPending) return <Loading />;
  if (records.isError) return <Failure error={records.error} retry={() => void records.refetch()} />;
  if (records.data.records.length === 0) return <Empty title={t('map.historyEmpty')} />;
  return (
    <ol className="timeline">
      {records.data.records.map((record) => {
        const changes = (record.detail?.changes ?? []) as { sku: string; before: MappingRow | null; after: MappingRow | null }[];
        return (
          <li key={record.sequence}>
            <div className="row between">
              <strong>
                {word('action', record.action)}
                {changes.length > 0 && `: ${t('map.changedRows', { n: Number(record.detail?.count ?? changes.length) })}`}
              </strong>
              <span className="small dim">
                {record.actor} · {dateTime(record.at)}
              </span>
            </div>
            {changes.slice(0, 8).map((change) => (
              <div key={change.sku} className="small wrap">
                <span className="mono">{change.sku}</span>{' '}
                {change.after === null
                  ? t('map.removedRow')
                  : columns
                      .filter((column) => (change.before?.[column] ?? '') !== change.after?.[column])
                      .map((column) => `${t(`column.${column}` as Key)}: ${change.before?.[column] || '–'} → ${change.after?.[column] || '–'}`)
                      .join(', ') || t('map.addedRow')}
              </div>
            ))}
          </li>
        );
      })}
    </ol>
  );
}

interface Edits {
  rows: Record<string, MappingRow>;
  added: MappingRow[];
  removed: string[];
}
const noEdits: Edits = { rows: {}, added: [], removed: [] };

function Grid({ connection, mapping }: { connection: string; mapping: Mapping }) {
  const { t } = useTranslation();
  const mayEdit = useMay('operator');
  const tell = useTell();
  const client = useQueryClient();
  const [search, setSearch] = useState('');
  const [page, setPage] = useState(0);
  const [edits, setEdits] = useState<Edits>(noEdits);
  const [undo, setUndo] = useState<{ rows: MappingRow[]; remove: string[] } | null>(null);
  const [selected, setSelected] = useState<Set<string>>(new Set());
  const [bulk, setBulk] = useState<{ column: Column; value: string }>({ column: 'gl_account', value: '' });
  const [badRows, setBadRows] = useState<BadRow[]>([]);
  const file = useRef<HTMLInputElement>(null);

  const present = useMemo(() => mapping.rows.filter((row) => !edits.removed.includes(row.sku)), [mapping.rows, edits.removed]);
  const shown = useMemo(() => {
    const wanted = search.trim().toLowerCase();
    if (!wanted) return present;
    return present.filter((row) => Object.values(edits.rows[row.sku] ?? row).some((value) => value.toLowerCase().includes(wanted)));
  }, [present, search, edits.rows]);
  const pages = Math.max(1, Math.ceil(shown.length / pageSize));
  const visible = shown.slice(page * pageSize, (page + 1) * pageSize);
  const changes = Object.keys(edits.rows).length + edits.added.length + edits.removed.length;

  const send = (body: { rows: MappingRow[]; remove: string[] }) => call<Mapping>('PATCH', `${of(connection)}/mapping`, { ...body, revision: mapping.revision });
  const taken = (next: Mapping) => {
    client.setQueryData(['mapping', connection], next);
    void client.invalidateQueries({ queryKey: ['audit'] });
    void client.invalidateQueries({ queryKey: ['mapping-check'] });
  };
  const failed = (error: unknown) => {
    if (error instanceof ApiError && error.status === 409) void client.invalidateQueries({ queryKey: ['mapping', connection] });
    if (error instanceof ApiError && error.badRows.length > 0) setBadRows(error.badRows);
    else tell.failed(error instanceof ApiError && error.status === 409 ? new ApiError(409, error.cause, t('map.conflict')) : error);
  };
  const save = useMutation({
    mutationFn: () => send({ rows: [...Object.values(edits.rows), ...edits.added], remove: edits.removed }),
    onSuccess: (next) => {
      const touched = [...Object.keys(edits.rows), ...edits.removed];
      setUndo({ rows: mapping.rows.filter((row) => touched.includes(row.sku)), remove: edits.added.map((row) => row.sku).filter((sku) => !mapping.rows.some((row) => row.sku === sku)) });
      setEdits(noEdits);
      setBadRows([]);
      setSelected(new Set());
      taken(next);
      tell.done(t('common.saved'));
    },
    onError: failed,
  });
  const takeBack = useMutation({
    mutationFn: () => send(undo ?? { rows: [], remove: [] }),
    onSuccess: (next) => {
      setUndo(null);
      taken(next);
      tell.done(t('map.undone'));
    },
    onError: failed,
  });
  const importFile = useMutation({
    mutationFn: async (chosen: File) => call<Mapping>('POST', `${of(connection)}/mapping/import`, await chosen.text()),
    onSuccess: (next) => {
      const before = mapping.rows;
      setUndo({ rows: before, remove: next.rows.map((row) => row.sku).filter((sku) => !before.some((row) => row.sku === sku)) });
      setEdits(noEdits);
      setBadRows([]);
      taken(next);
      tell.done(t('map.imported', { n: next.rows.length }));
    },
    onError: failed,
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
        <TextInput
          className="grow"
          type="search"
          aria-label={t('map.search')}
          placeholder={t('map.search')}
          leftSection={<IconSearch size={17} aria-hidden />}
          value={search}
          onChange={(event) => {
            setSearch(event.currentTarget.value);
            setPage(0);
          }}
        />
        {mayEdit && undo && (
          <Button variant="default" leftSection={<IconArrowBackUp size={17} aria-hidden />} loading={takeBack.isPending} disabled={changes > 0} onClick={() => takeBack.mutate()}>
            {t('map.undo')}
          </Button>
        )}
        {mayEdit && (
          <>
            <Button variant="default" leftSection={<IconPlus size={17} aria-hidden />} onClick={() => setEdits((before) => ({ ...before, added: [...before.added, { ...emptyRow }] }))}>
              {t('map.addRow')}
            </Button>
            <Button variant="default" leftSection={<IconUpload size={17} aria-hidden />} loading={importFile.isPending} onClick={() => file.current?.click()}>
              {t('map.import')}
            </Button>
            <input
              ref={file}
              type="file"
              accept=".csv,text/csv"
              hidden
              aria-label={t('map.import')}
              onChange={(event) => {
                const chosen = event.currentTarget.files?.[0];
                event.currentTarget.value = '';
                if (chosen) importFile.mutate(chosen);
              }}
            />
          </>
        )}
        <Button component="a" href={`/api/v1${of(connection)}/mapping/export`} variant="default" leftSection={<IconDownload size={17} aria-hidden />}>
          {t('map.export')}
        </Button>
      </div>
      {badRows.length > 0 && (
        <Alert color="red" title={t('map.badRows', { n: badRows.length })} role="alert" mb={14} withCloseButton closeButtonLabel={t('common.close')} onClose={() => setBadRows([])}>
          {badRows.slice(0, 12).map((bad, index) => (
            <div key={index} className="wrap">
              {t('map.rowNumber', { n: bad.row })}
              {bad.column && `, ${bad.column}`}: {bad.message}
            </div>
          ))}
        </Alert>
      )}
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
      {pages > 1 && (
        <div className="row end" style={{ marginTop: 12 }}>
          <span className="dim small">{t('common.page', { n: `${page + 1} / ${pages}` })}</span>
          <ActionIcon variant="default" size="lg" aria-label={t('common.previousPage')} disabled={page === 0} onClick={() => setPage(page - 1)}>
            <IconChevronLeft size={18} />
          </ActionIcon>
          <ActionIcon variant="default" size="lg" aria-label={t('common.nextPage')} disabled={page + 1 >= pages} onClick={() => setPage(page + 1)}>
            <IconChevronRight size={18} />
          </ActionIcon>
        </div>
      )}
      {changes > 0 && (
        <div className="savebar" role="region" aria-label={t('map.unsaved', { n: changes })}>
          <strong className="grow">{t('map.unsaved', { n: changes })}</strong>
          <Button variant="default" onClick={() => setEdits(noEdits)}>
            {t('map.discard')}
          </Button>
          <Button loading={save.isPending} onClick={() => save.mutate()}>
            {t('common.save')}
          </Button>
        </div>
      )}
    </>
  );
}

/** From which of Exact's warehouses each of Walmart's ship nodes is served: few rows, saved as a whole. */
function ShipNodes({ connection, mapping }: { connection: string; mapping: Mapping }) {
  const { t } = useTranslation();
  const mayEdit = useMay('operator');
  const tell = useTell();
  const client = useQueryClient();
  const inventory = useQuery({ queryKey: ['inventory', connection], queryFn: () => get<Inventory>(`${of(connection)}/inventory`) });
  const [edits, setEdits] = useState<Record<string, string>>({});
  const [added, setAdded] = useState('');
  const unmapped = (inventory.data?.notices ?? []).filter((notice) => notice.subject.startsWith('node/')).map((notice) => notice.subject.slice(5));
  const present = Object.fromEntries(mapping.ship_nodes.map((row) => [row.ship_node, row.warehouse]));
  const nodes = [...new Set([...Object.keys(present), ...unmapped, ...Object.keys(edits)])].sort();
  const warehouseOf = (node: string) => edits[node] ?? present[node] ?? '';
  const changed = nodes.filter((node) => warehouseOf(node) !== (present[node] ?? ''));
  const quoted = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const save = useMutation({
    mutationFn: () => {
      const rows = nodes.filter((node) => warehouseOf(node) !== '').map((node) => `${quoted(node)},${quoted(warehouseOf(node))}\n`);
      return call<Mapping>('POST', `${of(connection)}/mapping/import?part=ship_nodes`, `ship_node,warehouse\n${rows.join('')}`);
    },
    onSuccess: (next) => {
      client.setQueryData(['mapping', connection], next);
      void client.invalidateQueries({ queryKey: ['audit'] });
      setEdits({});
      tell.done(t('common.saved'));
    },
    onError: tell.failed,
  });
  return (
    <section className="card stack">
      <p className="dim">{t('map.nodesText')}</p>
      {nodes.length === 0 && <Empty title={t('map.nodesEmpty')} text={t('map.nodesEmptyText')} />}
      {nodes.map((node) => (
        <div key={node} className="row bottom">
          <strong className="grow mono wrap">{node}</strong>
          <div className="grow">
            {mayEdit ? (
              <ReferenceSelect connection={connection} kind="warehouse" label={t('map.cell', { column: t('column.warehouse'), sku: node })} hideLabel placeholder={t('map.nodeUnmapped')} value={warehouseOf(node)} onChange={(code) => setEdits((before) => ({ ...before, [node]: code }))} />
            ) : (
              warehouseOf(node) || <span className="dim">{t('map.nodeUnmapped')}</span>
            )}
          </div>
        </div>
      ))}
      {mayEdit && (
        <form
          className="row bottom"
          onSubmit={(event) => {
            event.preventDefault();
            if (added.trim()) setEdits((before) => ({ ...before, [added.trim()]: warehouseOf(added.trim()) }));
            setAdded('');
          }}
        >
          <TextInput className="grow" label={t('map.nodeAdd')} value={added} onChange={(event) => setAdded(event.currentTarget.value)} />
          <Button type="submit" variant="default" disabled={added.trim() === ''}>
            {t('common.add')}
          </Button>
        </form>
      )}
      {changed.length > 0 && (
        <div className="savebar" role="region" aria-label={t('map.unsaved', { n: changed.length })}>
          <strong className="grow">{t('map.unsaved', { n: changed.length })}</strong>
          <Button variant="default" onClick={() => setEdits({})}>
            {t('map.discard')}
          </Button>
          <Button loading={save.isPending} onClick={() => save.mutate()}>
            {t('common.save')}
          </Button>
        </div>
      )}
    </section>
  );
}

function Problems({ connection }: { connection: string }) {
  const { t } = useTranslation();
  const check = useQuery({
    queryKey: ['mapping-check', connection],
    queryFn: () => get<{ findings: { sku: string; column: string; code: string; problem: string }[] }>(`${of(connection)}/mapping/check`),
  });
  const findings = check.data?.findings ?? [];
  if (findings.length === 0) return null;
  return (
    <Alert color="yellow" title={t('map.problems')} mb={14}>
      {findings.slice(0, 6).map((finding, index) => (
        <div key={index} className="small wrap">
          <span className="mono">{finding.sku}</span> {finding.problem}
        </div>
      ))}
      {findings.length > 6 && <div className="small">{t('todo.andMore', { n: findings.length - 6 })}</div>}
    </Alert>
  );
}

export default function Mappings({ connection }: { connection: string }) {
  const { t } = useTranslation();
  const [tab, setTab] = useState<string | null>(() => new URLSearchParams(window.location.search).get('tab') ?? 'rows');
  const mapping = useQuery({ queryKey: ['mapping', connection], queryFn: () => get<Mapping>(`${of(connection)}/mapping`) });
  return (
    <>
      <PageHead title={t('map.title')} text={t('map.intro')} />
      <ReadOnly role="operator" />
      <Tabs value={tab} onChange={setTab} keepMounted={false}>
        <Tabs.List mb={16}>
          <Tabs.Tab value="rows">{t('map.rows')}</Tabs.Tab>
          <Tabs.Tab value="nodes">{t('map.nodes')}</Tabs.Tab>
          <Tabs.Tab value="history">{t('map.history')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="rows">
          <Problems connection={connection} />
          {mapping.isPending && <Loading rows={10} />}
          {mapping.isError && <Failure error={mapping.error} retry={() => void mapping.refetch()} />}
          {mapping.data && <Grid connection={connection} mapping={mapping.data} />}
        </Tabs.Panel>
        <Tabs.Panel value="nodes">{mapping.data ? <ShipNodes connection={connection} mapping={mapping.data} /> : <Loading />}</Tabs.Panel>
        <Tabs.Panel value="history">
          <div className="card">
            <History connection={connection} />
          </div>
        </Tabs.Panel>
      </Tabs>
    </>
  );
}
