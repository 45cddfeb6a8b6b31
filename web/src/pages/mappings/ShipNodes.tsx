import { Button, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { get, of, type BadRow, type Inventory, type Mapping } from '../../api';
import { BadRows, CsvTransfer, UndoButton, type UndoState } from '../../components/CsvTransfer';
import { ReferenceSelect } from '../../components/ReferenceSelect';
import { SaveBar } from '../../components/SaveBar';
import { Empty } from '../../components/states';
import { useTranslation } from '../../i18n';
import { csvLine, importPart, useMappingWritten } from '../../mapping';
import { useMay } from '../../session';

/** From which of Exact's warehouses each of Walmart's ship nodes is served: few rows, saved as a whole. */
export function ShipNodes({ connection, mapping, undo, setUndo }: { connection: string; mapping: Mapping } & UndoState) {
  const { t } = useTranslation();
  const mayEdit = useMay('operator');
  const written = useMappingWritten(connection);
  const inventory = useQuery({ queryKey: ['inventory', connection], queryFn: () => get<Inventory>(`${of(connection)}/inventory`) });
  const [edits, setEdits] = useState<Record<string, string>>({});
  const [added, setAdded] = useState('');
  const [badRows, setBadRows] = useState<BadRow[]>([]);
  const unmapped = (inventory.data?.notices ?? []).filter((notice) => notice.subject.startsWith('node/')).map((notice) => notice.subject.slice(5));
  const present = Object.fromEntries(mapping.ship_nodes.map((row) => [row.ship_node, row.warehouse]));
  const nodes = [...new Set([...Object.keys(present), ...unmapped, ...Object.keys(edits)])].sort();
  const warehouseOf = (node: string) => edits[node] ?? present[node] ?? '';
  const changed = nodes.filter((node) => warehouseOf(node) !== (present[node] ?? ''));
  const fileOf = (warehouses: [string, string][]) => csvLine(['ship_node', 'warehouse']) + warehouses.map(csvLine).join('');
  const save = useMutation({
    mutationFn: () => importPart(connection, 'ship_nodes', fileOf(nodes.map((node): [string, string] => [node, warehouseOf(node)]).filter(([, warehouse]) => warehouse !== '')), mapping.revision),
    onSuccess: (next) => {
      setUndo({ label: 'map.undo', run: () => importPart(connection, 'ship_nodes', fileOf(Object.entries(present)), next.revision) });
      setEdits({});
      written.taken(next, t('common.saved'));
    },
    onError: written.failed,
  });
  return (
    <>
      <div className="row" style={{ marginBottom: 14 }}>
        <p className="dim grow">{t('map.nodesText')}</p>
        <UndoButton connection={connection} undo={undo} disabled={changed.length > 0} onUndone={() => setUndo(null)} />
        <CsvTransfer
          connection={connection}
          part="ship_nodes"
          mapping={mapping}
          onImported={(made) => {
            setEdits({});
            setUndo(made);
          }}
          onBadRows={setBadRows}
        />
      </div>
      <BadRows rows={badRows} onClose={() => setBadRows([])} />
      <section className="card stack" aria-label={t('map.nodes')}>
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
        {changed.length > 0 && <SaveBar text={t('map.unsaved', { n: changed.length })} saving={save.isPending} onDiscard={() => setEdits({})} onSave={() => save.mutate()} />}
      </section>
    </>
  );
}
