import { IconPackages, IconReplace } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import type { BadRow, Mapping } from '../../api';
import { BadRows, CsvTransfer, UndoButton, type Undo } from '../../components/CsvTransfer';
import { PageSteps, usePages } from '../../components/Pager';
import { SearchField } from '../../components/PagedList';
import { Empty } from '../../components/states';
import { Table, type Column } from '../../components/Table';
import { count } from '../../format';
import { useTranslation, type Key } from '../../i18n';
import type { MappingPart } from '../../mapping';

interface Props<Entry> {
  connection: string;
  mapping: Mapping;
  part: MappingPart;
  entries: Entry[];
  text: Key;
  empty: { title: Key; text: Key; icon: ReactNode };
  caption: Key;
  columns: Column[];
  /** What a search looks in. */
  words: (entry: Entry) => string;
  children: (entry: Entry) => ReactNode;
}

/** A part of the mapping that is kept as a file: shown and searched here, written as a whole. */
function FilePart<Entry>({ connection, mapping, part, entries, text, empty, caption, columns, words, children }: Props<Entry>) {
  const { t } = useTranslation();
  const [search, setSearch] = useState('');
  const [page, setPage] = useState(0);
  const [undo, setUndo] = useState<Undo | null>(null);
  const [badRows, setBadRows] = useState<BadRow[]>([]);
  const wanted = search.trim().toLowerCase();
  const found = wanted ? entries.filter((entry) => words(entry).toLowerCase().includes(wanted)) : entries;
  const { pages, at, rowsOf } = usePages(found);
  const here = at(page);
  return (
    <>
      <p className="dim" style={{ marginBottom: 14, maxWidth: '70ch' }}>
        {t(text)}
      </p>
      <div className="row" style={{ marginBottom: 14 }}>
        <SearchField
          label={t('map.search')}
          value={search}
          onChange={(value) => {
            setSearch(value);
            setPage(0);
          }}
        />
        <UndoButton connection={connection} undo={undo} onUndone={() => setUndo(null)} />
        <CsvTransfer connection={connection} part={part} mapping={mapping} onImported={setUndo} onBadRows={setBadRows} />
      </div>
      <BadRows rows={badRows} onClose={() => setBadRows([])} />
      {found.length === 0 ? (
        <div className="card">
          <Empty title={t(wanted ? 'orders.nothingFound' : empty.title)} text={wanted ? undefined : t(empty.text)} icon={empty.icon} />
        </div>
      ) : (
        <div className="card flush">
          <Table caption={t(caption)} columns={columns}>
            {rowsOf(here).map(children)}
          </Table>
        </div>
      )}
      {pages > 1 && <PageSteps page={`${here + 1} / ${pages}`} back={here > 0 ? () => setPage(here - 1) : undefined} on={here + 1 < pages ? () => setPage(here + 1) : undefined} />}
    </>
  );
}

export function Kits({ connection, mapping }: { connection: string; mapping: Mapping }) {
  const { t } = useTranslation();
  return (
    <FilePart
      connection={connection}
      mapping={mapping}
      part="kits"
      entries={mapping.kits}
      text="map.kitsText"
      empty={{ title: 'map.kitsEmpty', text: 'map.kitsEmptyText', icon: <IconPackages size={40} aria-hidden /> }}
      caption="map.kits"
      columns={[t('column.sku'), t('map.kitItem'), { label: t('order.quantity'), number: true }, { label: t('map.kitShare'), number: true }]}
      words={(kit) => [kit.sku, ...kit.items.map((item) => item.exact_item)].join(' ')}
    >
      {(kit) => {
        const whole = kit.items.reduce((sum, item) => sum + item.price_share, 0);
        return kit.items.map((item, index) => (
          <tr key={`${kit.sku} ${index}`} className={index > 0 ? 'goeson' : undefined}>
            {index === 0 && (
              <th scope="rowgroup" rowSpan={kit.items.length} className="mono wrap">
                {kit.sku}
              </th>
            )}
            <td className="mono wrap">{item.exact_item}</td>
            <td className="number">{count(item.quantity)}</td>
            <td className="number">
              {count(item.price_share)} <span className="dim">({t('map.kitPart', { part: count(Math.round((item.price_share / whole) * 1000) / 10) })})</span>
            </td>
          </tr>
        ));
      }}
    </FilePart>
  );
}

export function Aliases({ connection, mapping }: { connection: string; mapping: Mapping }) {
  const { t } = useTranslation();
  return (
    <FilePart
      connection={connection}
      mapping={mapping}
      part="aliases"
      entries={mapping.aliases}
      text="map.aliasesText"
      empty={{ title: 'map.aliasesEmpty', text: 'map.aliasesEmptyText', icon: <IconReplace size={40} aria-hidden /> }}
      caption="map.aliases"
      columns={[t('map.alias'), t('map.aliasOf')]}
      words={(row) => `${row.alias} ${row.sku}`}
    >
      {(row) => (
        <tr key={row.alias}>
          <th scope="row" className="mono wrap">
            {row.alias}
          </th>
          <td className="mono wrap">{row.sku}</td>
        </tr>
      )}
    </FilePart>
  );
}
