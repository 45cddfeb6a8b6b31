import { Alert, Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { get, of, type Mapping } from '../api';
import type { Undo, UndoState } from '../components/CsvTransfer';
import { Failure, Loading, PageHead, ReadOnly } from '../components/states';
import { count } from '../format';
import { useTranslation, type Key } from '../i18n';
import { leave } from '../leaving';
import { Aliases } from './mappings/Aliases';
import { History } from './mappings/History';
import { Kits } from './mappings/Kits';
import { Rows } from './mappings/Rows';
import { ShipNodes } from './mappings/ShipNodes';

interface Finding {
  sku: string;
  column: string;
  code: string;
  reason: string;
  /** It goes through all the same. */
  remark: boolean;
  account?: string;
}

function Findings({ color, title, findings }: { color: string; title: string; findings: Finding[] }) {
  const { t, word } = useTranslation();
  if (findings.length === 0) return null;
  return (
    <Alert color={color} title={title} mb={14}>
      {findings.slice(0, 6).map((finding, index) => (
        <div key={index} className="small wrap">
          <span className="mono">{finding.sku}</span>: {t(`column.${finding.column}` as Key).toLowerCase()} <span className="mono">{finding.code}</span> {word('finding', finding.reason)} {finding.account && <span className="mono">{finding.account}</span>}
        </div>
      ))}
      {findings.length > 6 && <div className="small">{t('todo.andMore', { n: findings.length - 6 })}</div>}
    </Alert>
  );
}

function Problems({ connection }: { connection: string }) {
  const { t } = useTranslation();
  const check = useQuery({ queryKey: ['mapping-check', connection], queryFn: () => get<{ findings: Finding[] }>(`${of(connection)}/mapping/check`) });
  const findings = check.data?.findings ?? [];
  return (
    <>
      <Findings color="yellow" title={t('map.problems')} findings={findings.filter((finding) => !finding.remark)} />
      <Findings color="gray" title={t('map.remarks')} findings={findings.filter((finding) => finding.remark)} />
    </>
  );
}

export default function Mappings({ connection }: { connection: string }) {
  const { t } = useTranslation();
  const [tab, setTab] = useState<string | null>(() => new URLSearchParams(window.location.search).get('tab') ?? 'rows');
  const mapping = useQuery({ queryKey: ['mapping', connection], queryFn: () => get<Mapping>(`${of(connection)}/mapping`) });
  // The way back outlives a look at another tab; it is from what was written last, in whichever part.
  const [last, setLast] = useState<{ part: string; undo: Undo | null } | null>(null);
  const undoOf = (part: string): UndoState => ({ undo: last?.part === part ? last.undo : null, setUndo: (undo) => setLast({ part, undo }) });
  const known = mapping.data;
  const parts: [name: string, title: Key, size: number | undefined, page: (present: Mapping) => ReactNode][] = [
    ['rows', 'map.rows', known?.rows.length, (present) => <Rows connection={connection} mapping={present} {...undoOf('rows')} />],
    ['kits', 'map.kits', known?.kits.length, (present) => <Kits connection={connection} mapping={present} {...undoOf('kits')} />],
    ['aliases', 'map.aliases', known?.aliases.length, (present) => <Aliases connection={connection} mapping={present} {...undoOf('aliases')} />],
    ['nodes', 'map.nodes', known?.ship_nodes.length, (present) => <ShipNodes connection={connection} mapping={present} {...undoOf('nodes')} />],
  ];
  return (
    <>
      <PageHead title={t('map.title')} text={t('map.intro')} />
      <ReadOnly role="operator" />
      <Tabs value={tab} onChange={(next) => leave(() => setTab(next))} keepMounted={false}>
        <Tabs.List mb={16}>
          {parts.map(([name, title, size]) => (
            <Tabs.Tab key={name} value={name}>
              {t(title)}
              {size ? <span className="dim"> {count(size)}</span> : null}
            </Tabs.Tab>
          ))}
          <Tabs.Tab value="history">{t('map.history')}</Tabs.Tab>
        </Tabs.List>
        {parts.map(([name, , , page]) => (
          <Tabs.Panel key={name} value={name}>
            {name === 'rows' && <Problems connection={connection} />}
            {mapping.isPending && <Loading rows={10} />}
            {mapping.isError && !known && <Failure error={mapping.error} retry={() => void mapping.refetch()} />}
            {known && page(known)}
          </Tabs.Panel>
        ))}
        <Tabs.Panel value="history">
          <div className="card">
            <History connection={connection} />
          </div>
        </Tabs.Panel>
      </Tabs>
    </>
  );
}
