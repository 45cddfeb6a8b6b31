import { Button } from '@mantine/core';
import { IconPackages, IconPlus, IconX } from '@tabler/icons-react';
import type { Mapping } from '../../api';
import type { UndoState } from '../../components/CsvTransfer';
import { IconAction } from '../../components/IconAction';
import { count } from '../../format';
import { useTranslation, type Key } from '../../i18n';
import { useMay } from '../../session';
import { Cell, Codes, Grid, useGrid, type EntryRow, type GridPart } from './grid';

/** Numbers as they are typed: whether they are any is the server's to say. */
interface Item {
  exact_item: string;
  quantity: string;
  price_share: string;
}
interface Kit {
  sku: string;
  items: Item[];
}
const freshItem: Item = { exact_item: '', quantity: '1', price_share: '1' };

const part: GridPart<Kit> = {
  part: 'kits',
  nameColumn: 'column.sku',
  add: 'map.addKit',
  fresh: { sku: '', items: [freshItem] },
  entries: (mapping) => mapping.kits.map((kit) => ({ sku: kit.sku, items: kit.items.map((item) => ({ exact_item: item.exact_item, quantity: String(item.quantity), price_share: String(item.price_share) })) })),
  nameOf: (kit) => kit.sku,
  named: (kit, sku) => ({ ...kit, sku }),
  codes: (kit) => kit.items.map((item) => ({ kind: 'item', code: item.exact_item })),
  words: (kit) => [kit.sku, ...kit.items.map((item) => item.exact_item)],
  body: (kits, remove_kits) => ({ kits, remove_kits }),
};

const columns: [name: keyof Item, title: Key][] = [
  ['exact_item', 'map.kitItem'],
  ['quantity', 'order.quantity'],
  ['price_share', 'map.kitShare'],
];

/** "60 %" once all shares of a kit are numbers. */
function partOf(kit: Kit, item: Item): string | null {
  const whole = kit.items.reduce((sum, each) => sum + Number(each.price_share), 0);
  const part = Number(item.price_share) / whole;
  return Number.isFinite(part) && item.price_share.trim() !== '' ? count(Math.round(part * 1000) / 10) : null;
}

function KitRows({ row }: { row: EntryRow<Kit> }) {
  const { t } = useTranslation();
  const mayEdit = useMay('operator');
  const { entry: kit, original, name, change } = row;
  const changeItem = (index: number, next: Partial<Item>) => change((before) => ({ ...before, items: before.items.map((item, at) => (at === index ? { ...item, ...next } : item)) }));
  const rows = kit.items.length + (mayEdit ? 1 : 0);
  const isGone = original !== null && original.items.length > kit.items.length;
  return (
    <>
      {kit.items.map((item, index) => (
        <tr key={index} className={index + 1 < rows ? 'goeson' : undefined}>
          {index === 0 && row.lead(rows)}
          {columns.map(([column, title]) => (
            <td key={column} className={column === 'exact_item' ? 'main' : undefined}>
              <Cell
                label={t('map.cell', { column: `${t(title)} ${index + 1}`, sku: name })}
                list={column === 'exact_item' ? 'codes-exact_item' : undefined}
                number={column !== 'exact_item'}
                value={item[column]}
                changed={original !== null && (isGone || original.items[index]?.[column] !== item[column])}
                onChange={(value) => changeItem(index, { [column]: value })}
              />
              {column === 'price_share' && <span className="dim small part">{partOf(kit, item) !== null && t('map.kitPart', { part: partOf(kit, item)! })}</span>}
            </td>
          ))}
          <td>{mayEdit && kit.items.length > 1 && <IconAction label={t('map.dropItem', { n: index + 1, sku: name })} icon={<IconX size={17} />} onClick={() => change((before) => ({ ...before, items: before.items.filter((_, at) => at !== index) }))} />}</td>
        </tr>
      ))}
      {mayEdit && (
        <tr>
          <td colSpan={4}>
            <Button size="compact-sm" variant="subtle" leftSection={<IconPlus size={15} aria-hidden />} aria-label={t('map.addItemTo', { sku: name })} onClick={() => change((before) => ({ ...before, items: [...before.items, freshItem] }))}>
              {t('map.addItem')}
            </Button>
          </td>
        </tr>
      )}
    </>
  );
}

export function Kits({ connection, mapping, ...undoState }: { connection: string; mapping: Mapping } & UndoState) {
  const { t } = useTranslation();
  const grid = useGrid(connection, mapping, part, undoState);
  return (
    <>
      <Codes connection={connection} id="codes-exact_item" kind="item" />
      <p className="dim" style={{ marginBottom: 14, maxWidth: '70ch' }}>
        {t('map.kitsText')}
      </p>
      <Grid grid={grid} caption="map.kits" columns={[...columns.map(([, title]) => t(title)), { label: t('map.itemActions'), hidden: true }]} empty={{ title: 'map.kitsEmpty', text: 'map.kitsEmptyText', icon: <IconPackages size={40} aria-hidden /> }}>
        {(row) => <KitRows key={row.key} row={row} />}
      </Grid>
    </>
  );
}
