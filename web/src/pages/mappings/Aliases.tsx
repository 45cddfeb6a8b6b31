import { Button, TextInput } from '@mantine/core';
import { IconReplace } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import type { Mapping } from '../../api';
import type { UndoState } from '../../components/CsvTransfer';
import { useTranslation } from '../../i18n';
import { Cell, Grid, useGrid, type GridPart } from './grid';

type Alias = Mapping['aliases'][number];

const part: GridPart<Alias> = {
  part: 'aliases',
  nameColumn: 'map.alias',
  add: 'map.addAlias',
  fresh: { alias: '', sku: '' },
  entries: (mapping) => mapping.aliases,
  nameOf: (row) => row.alias,
  named: (row, alias) => ({ ...row, alias }),
  words: (row) => [row.alias, row.sku],
  body: (aliases, remove_aliases) => ({ aliases, remove_aliases }),
};

const mostOffered = 500;

export function Aliases({ connection, mapping, ...undoState }: { connection: string; mapping: Mapping } & UndoState) {
  const { t } = useTranslation();
  const grid = useGrid(connection, mapping, part, undoState);
  const [sku, setSku] = useState('');
  const skus = useMemo(() => [...new Set([...mapping.rows, ...mapping.kits].map((row) => row.sku))].filter((each) => !each.startsWith('@') && !each.endsWith('*')).slice(0, mostOffered), [mapping]);
  const applyBulk = () => {
    for (const row of mapping.aliases) if (grid.selected.has(row.alias)) grid.edit(row, (before) => ({ ...before, sku }));
  };
  return (
    <>
      <datalist id="codes-sku">
        {skus.map((each) => (
          <option key={each} value={each} />
        ))}
      </datalist>
      <p className="dim" style={{ marginBottom: 14, maxWidth: '70ch' }}>
        {t('map.aliasesText')}
      </p>
      <Grid
        grid={grid}
        caption="map.aliases"
        columns={[t('map.aliasOf')]}
        empty={{ title: 'map.aliasesEmpty', text: 'map.aliasesEmptyText', icon: <IconReplace size={40} aria-hidden /> }}
        bulk={
          <>
            <TextInput label={t('map.aliasOf')} list="codes-sku" value={sku} onChange={(event) => setSku(event.currentTarget.value)} />
            <Button variant="default" onClick={applyBulk}>
              {t('map.apply')}
            </Button>
          </>
        }
      >
        {({ key, entry, original, name, change, lead }) => (
          <tr key={key}>
            {lead()}
            <td>
              <Cell label={t('map.cell', { column: t('map.aliasOf'), sku: name })} list="codes-sku" value={entry.sku} changed={original !== null && original.sku !== entry.sku} onChange={(value) => change((before) => ({ ...before, sku: value }))} />
            </td>
          </tr>
        )}
      </Grid>
    </>
  );
}
