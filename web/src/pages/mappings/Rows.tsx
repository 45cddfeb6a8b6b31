import { Button, Select, TextInput } from '@mantine/core';
import { IconArrowsLeftRight } from '@tabler/icons-react';
import { useState } from 'react';
import type { Mapping, MappingRow } from '../../api';
import type { UndoState } from '../../components/CsvTransfer';
import { useTranslation, type Key } from '../../i18n';
import { emptyRow, mappingColumns as columns, type MappingColumn as Column } from '../../mapping';
import { Cell, Codes, Grid, useGrid, type GridPart } from './grid';
import { SpecialRows } from './SpecialRows';

const kindOf: Record<Column, string> = { exact_item: 'item', gl_account: 'gl_account', cost_center: 'cost_center', cost_unit: 'cost_unit', vat_code: 'vat_code', warehouse: 'warehouse' };

const part: GridPart<MappingRow> = {
  part: 'mapping',
  nameColumn: 'column.sku',
  add: 'map.addRow',
  fresh: emptyRow,
  entries: (mapping) => mapping.rows,
  nameOf: (row) => row.sku,
  named: (row, sku) => ({ ...row, sku }),
  words: (row) => Object.values(row),
  codes: (row) => columns.map((column) => ({ kind: kindOf[column], code: row[column] })),
  body: (rows, remove) => ({ rows, remove }),
};

export function Rows({ connection, mapping, ...undoState }: { connection: string; mapping: Mapping } & UndoState) {
  const { t } = useTranslation();
  const grid = useGrid(connection, mapping, part, undoState);
  const [bulk, setBulk] = useState<{ column: Column; value: string }>({ column: 'gl_account', value: '' });
  const applyBulk = () => {
    for (const row of mapping.rows) if (grid.selected.has(row.sku)) grid.edit(row, (before) => ({ ...before, [bulk.column]: bulk.value }));
  };
  return (
    <>
      {columns.map((column) => (
        <Codes key={column} connection={connection} id={`codes-${column}`} kind={kindOf[column]} />
      ))}
      <SpecialRows />
      <Grid
        grid={grid}
        caption="map.title"
        columns={columns.map((column) => t(`column.${column}` as Key))}
        empty={{ title: 'map.empty', text: 'map.emptyText', icon: <IconArrowsLeftRight size={40} aria-hidden /> }}
        bulk={
          <>
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
          </>
        }
      >
        {({ key, entry, original, name, change, lead }) => (
          <tr key={key}>
            {lead()}
            {columns.map((column) => (
              <td key={column}>
                <Cell label={t('map.cell', { column: t(`column.${column}` as Key), sku: name })} list={`codes-${column}`} value={entry[column]} changed={original !== null && original[column] !== entry[column]} onChange={(value) => change((before) => ({ ...before, [column]: value }))} />
              </td>
            ))}
          </tr>
        )}
      </Grid>
    </>
  );
}
