import { Button, Modal, SegmentedControl } from '@mantine/core';
import { IconBuildingWarehouse } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { get, of, query, type Inventory as Data, type ItemDrift, type StockCount, type StockLine, type StockRow } from '../api';
import { Status } from '../components/badges';
import { Card } from '../components/Card';
import { Chart } from '../components/Chart';
import { Confirm, SkipDialog, useRetry } from '../components/dialogs';
import { PagedList, SearchField, useListState } from '../components/PagedList';
import { Empty, Failure, Loading, PageHead, ReadOnly } from '../components/states';
import { Table } from '../components/Table';
import { clock, count, dateTime, relative, signed } from '../format';
import { useTranslation } from '../i18n';
import { useMay } from '../session';

const mostLines = 12;

function Difference({ value }: { value: number | null }) {
  if (value === null) return <span className="dim">–</span>;
  if (value === 0) return <span className="dim">0</span>;
  return <span className={value > 0 ? 'difference more' : 'difference less'}>{signed(value)}</span>;
}

const unitsOf = (lines: StockLine[]) => lines.reduce((sum, line) => sum + Math.abs(line.difference), 0);

function CountLines({ lines }: { lines: StockLine[] }) {
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
  const shown = all ? lines : lines.slice(0, mostLines);
  return (
    <>
      <Table tight columns={[t('inventory.item'), ...(['inventory.walmart', 'inventory.pending', 'inventory.exact', 'inventory.change'] as const).map((key) => ({ label: t(key), number: true }))]}>
        {shown.map((line) => (
          <tr key={line.item}>
            <td className="mono wrap">{line.item}</td>
            <td className="number">{count(line.in_hand)}</td>
            <td className="number">{line.pending === 0 ? <span className="dim">0</span> : count(line.pending)}</td>
            <td className="number">{count(line.exact)}</td>
            <td className="number">
              <Difference value={line.difference} />
            </td>
          </tr>
        ))}
      </Table>
      {lines.length > shown.length && (
        <Button size="xs" variant="default" mt={10} onClick={() => setAll(true)}>
          {t('inventory.allLines', { n: count(lines.length) })}
        </Button>
      )}
    </>
  );
}

/** A count that moves much waits for a person, who sees every line first. */
function HeldCount({ connection, held, onSkip }: { connection: string; held: StockCount; onSkip: () => void }) {
  const { t, word, plain } = useTranslation();
  const mayAct = useMay('operator');
  const [asking, setAsking] = useState(false);
  const lines = held.document?.comparison?.lines ?? [];
  const warehouse = held.document?.warehouse ?? '';
  const confirm = useRetry(connection, () => t('inventory.confirmed', { warehouse }));
  const sizes = { warehouse, units: count(unitsOf(lines)), items: count(lines.length) };
  return (
    <Card
      title={t('inventory.heldTitle', sizes)}
      text={held.cause === 'confirmation_needed' ? t('inventory.heldText', sizes) : `${held.cause ? word('cause', held.cause) : ''}: ${plain(held.message ?? '')}`}
      label={t('inventory.heldTitle', sizes)}
      testId="held-count"
      aside={
        mayAct && (
          <div className="row">
            <Button variant="default" onClick={onSkip}>
              {t('inventory.refuse')}
            </Button>
            <Button onClick={() => setAsking(true)}>{t('inventory.confirm')}</Button>
          </div>
        )
      }
    >
      <CountLines lines={lines} />
      <Confirm opened={asking} title={t('inventory.confirm')} text={t('inventory.confirmText', sizes)} action={t('inventory.confirm')} harmless busy={confirm.isPending} onConfirm={() => confirm.mutate([held.key], { onSuccess: () => setAsking(false) })} onClose={() => setAsking(false)} />
    </Card>
  );
}

function ItemDialog({ connection, row, onClose }: { connection: string; row: StockRow | null; onClose: () => void }) {
  const { t } = useTranslation();
  const drift = useQuery({
    queryKey: ['item-drift', connection, row?.item, row?.warehouse],
    queryFn: () => get<{ drift: ItemDrift[] }>(`${of(connection)}/inventory/drift${query({ item: row?.item, warehouse: row?.warehouse })}`),
    enabled: row !== null,
  });
  const points = drift.data?.drift ?? [];
  return (
    <Modal opened={row !== null} onClose={onClose} size="lg" title={t('inventory.itemTitle', { item: row?.item ?? '', warehouse: row?.warehouse ?? '' })} closeButtonProps={{ 'aria-label': t('common.close') }}>
      {drift.isPending && <Loading rows={3} />}
      {drift.isError && <Failure error={drift.error} />}
      {drift.data && points.every((point) => point.difference === 0) && <p className="dim">{t('inventory.neverDifferent', { n: points.length })}</p>}
      {points.some((point) => point.difference !== 0) && (
        <div className="stack">
          <Chart
            label={t('inventory.itemDrift')}
            axis={count}
            columns={[t('inventory.when'), t('inventory.difference')]}
            bars={points.map((point, index) => ({
              key: point.at,
              value: Math.abs(point.difference),
              name: dateTime(point.at),
              text: `${signed(point.difference)}${point.in_hand !== null ? ` (Walmart ${count(point.in_hand)}, Exact ${count(point.exact ?? 0)})` : ''}`,
              tick: index === 0 || index === points.length - 1 ? clock(point.at) : undefined,
              emphasis: index === points.length - 1,
            }))}
          />
          <p className="small dim">{t('inventory.itemDrift')}</p>
        </div>
      )}
    </Modal>
  );
}

function StockTable({ connection }: { connection: string }) {
  const { t } = useTranslation();
  const list = useListState();
  const [opened, setOpened] = useState<StockRow | null>(null);
  const { wanted, after } = list;
  const which = list.value('shown', 'all');
  const stock = useQuery({
    queryKey: ['stock', connection, wanted, which, after],
    queryFn: () => get<{ rows: StockRow[]; found: number; next: string | null }>(`${of(connection)}/inventory/stock${query({ search: wanted, different: which === 'different' ? 'true' : '', after, limit: 50 })}`),
    placeholderData: keepPreviousData,
    meta: { live: true },
  });
  const none = wanted ? { title: t('orders.nothingFound') } : which === 'different' ? { title: t('inventory.noDifference'), text: t('inventory.noDifferenceText') } : { title: t('inventory.empty'), text: t('inventory.emptyText') };
  return (
    <section aria-label={t('inventory.perSku')}>
      <h2 className="listhead">{t('inventory.perSku')}</h2>
      <div className="row" style={{ marginBottom: 12 }}>
        <SearchField label={t('inventory.search')} value={list.search} onChange={list.setSearch} />
        <SegmentedControl
          aria-label={t('inventory.perSku')}
          transitionDuration={0}
          value={which}
          onChange={(value) => list.restrict('shown', value === 'all' ? '' : value)}
          data={[
            { value: 'all', label: t('inventory.all') },
            { value: 'different', label: t('inventory.different') },
          ]}
        />
      </div>
      <PagedList
        answer={stock}
        rows={(answer) => answer.rows}
        list={list}
        caption={t('inventory.perSku')}
        columns={[t('inventory.sku'), t('inventory.shipNode'), t('inventory.place'), ...(['inventory.walmart', 'inventory.exact', 'inventory.difference'] as const).map((key) => ({ label: t(key), number: true }))]}
        empty={{ ...none, icon: <IconBuildingWarehouse size={40} aria-hidden /> }}
      >
        {(row) => (
          <tr key={`${row.sku} ${row.ship_node}`}>
            <td className="wrap">
              {row.item !== null ? (
                <button type="button" className="plain mono anchor" aria-label={t('inventory.showDrift', { sku: row.sku })} onClick={() => setOpened(row)}>
                  {row.sku}
                </button>
              ) : (
                <span className="mono">{row.sku}</span>
              )}
            </td>
            <td className="mono wrap">{row.ship_node}</td>
            <td className="wrap">{row.item !== null ? t('inventory.placeOf', { item: row.item, warehouse: row.warehouse ?? '' }) : <span className="dim">{t('inventory.notCompared')}</span>}</td>
            <td className="number">{row.walmart === null ? <span className="dim">–</span> : count(row.walmart)}</td>
            <td className="number">{row.exact === null ? <span className="dim">–</span> : count(row.exact)}</td>
            <td className="number">
              {row.moving && <span className="small dim">{t('inventory.moving')}</span>}
              {!row.moving && row.counted && <span className="small dim">{t('inventory.counted', { units: signed(row.difference ?? 0) })}</span>}
              {!row.moving && !row.counted && <Difference value={row.difference} />}
              {row.pending ? <div className="small dim">{t('inventory.pendingNote', { n: count(row.pending) })}</div> : null}
            </td>
          </tr>
        )}
      </PagedList>
      <ItemDialog connection={connection} row={opened} onClose={() => setOpened(null)} />
    </section>
  );
}

/** What a count changed in Exact, line by line. */
function CountDialog({ shown, onClose }: { shown: StockCount | null; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal opened={shown !== null} onClose={onClose} size="xl" title={shown && t('inventory.countOf', { warehouse: shown.document?.warehouse ?? '', when: dateTime(shown.updated_at) })} closeButtonProps={{ 'aria-label': t('common.close') }}>
      {shown && <CountLines lines={shown.document?.comparison?.lines ?? []} />}
    </Modal>
  );
}

function Idle({ connection, reason }: { connection: string; reason: 'off' | 'no_ship_nodes' }) {
  const { t } = useTranslation();
  const at = `/c/${encodeURIComponent(connection)}`;
  return (
    <div className="card">
      <Empty title={t('inventory.idle')} text={t(reason === 'off' ? 'inventory.idleOff' : 'inventory.idleNodes')} icon={<IconBuildingWarehouse size={40} aria-hidden />}>
        <Button component={Link} href={reason === 'off' ? `${at}/settings` : `${at}/mappings?tab=nodes`}>
          {t(reason === 'off' ? 'nav.settings' : 'map.nodes')}
        </Button>
      </Empty>
    </div>
  );
}

export default function Inventory({ connection }: { connection: string }) {
  const { t, plain } = useTranslation();
  const [skipped, setSkipped] = useState<string[] | null>(null);
  const [shown, setShown] = useState<StockCount | null>(null);
  const inventory = useQuery({ queryKey: ['inventory', connection], queryFn: () => get<Data>(`${of(connection)}/inventory`), refetchInterval: 15_000, meta: { live: true } });
  const data = inventory.data;
  const held = data?.counts.filter((each) => each.state === 'held') ?? [];
  const others = data?.counts.filter((each) => each.state !== 'held') ?? [];
  const latest = data?.latest;
  const sum = (of: (warehouse: NonNullable<Data['latest']>['warehouses'][number]) => number) => latest?.warehouses.reduce((total, warehouse) => total + of(warehouse), 0) ?? 0;
  return (
    <>
      <PageHead title={t('nav.inventory')} text={t('inventory.intro')} />
      <ReadOnly role="operator" />
      {inventory.isPending && <Loading rows={10} />}
      {inventory.isError && !data && <Failure error={inventory.error} retry={() => void inventory.refetch()} />}
      {data && (
        <div className="stack">
          {data.idle && <Idle connection={connection} reason={data.idle} />}
          {held.map((each) => (
            <HeldCount key={each.document?.warehouse ?? each.key} connection={connection} held={each} onSkip={() => setSkipped([each.key])} />
          ))}
          {latest && (
            <Card title={t('inventory.drift')} aside={<span className="dim small">{t('inventory.comparedAt', { when: relative(latest.at) })}</span>}>
              <dl className="facts" style={{ marginBottom: 18 }}>
                <div>
                  <dt>{t('inventory.compared')}</dt>
                  <dd>{count(sum((warehouse) => warehouse.items_compared))}</dd>
                </div>
                <div>
                  <dt>{t('inventory.different')}</dt>
                  <dd>{count(sum((warehouse) => warehouse.items_different))}</dd>
                </div>
                <div>
                  <dt>{t('inventory.units')}</dt>
                  <dd>{count(sum((warehouse) => warehouse.units_moved))}</dd>
                </div>
                {latest.left_to_the_next_run.length > 0 && (
                  <div>
                    <dt>{t('inventory.movingNow')}</dt>
                    <dd>{count(latest.left_to_the_next_run.length)}</dd>
                  </div>
                )}
              </dl>
              <Chart
                label={t('inventory.driftHint')}
                axis={count}
                columns={[t('inventory.when'), t('inventory.units')]}
                bars={data.drift.map((point, index) => ({
                  key: point.at,
                  value: point.units,
                  name: dateTime(point.at),
                  text: t('inventory.driftPoint', { units: count(point.units), items: count(point.items_different) }),
                  tick: index === 0 || index === data.drift.length - 1 ? clock(point.at) : undefined,
                  emphasis: index === data.drift.length - 1,
                }))}
              />
              <p className="dim small">{t('inventory.driftHint')}</p>
            </Card>
          )}
          {(latest || !data.idle) && <StockTable connection={connection} />}
          {others.length > 0 && (
            <Card title={t('inventory.counts')}>
              <Table tight columns={[t('inventory.when'), t('inventory.warehouse'), { label: t('inventory.items'), number: true }, { label: t('inventory.units'), number: true }, t('orders.status'), t('inventory.reference')]}>
                {others.map((each) => {
                  const lines = each.document?.comparison?.lines ?? [];
                  return (
                    <tr key={each.key}>
                      <td className="nowrap">
                        <button type="button" className="plain anchor" aria-label={t('inventory.countOf', { warehouse: each.document?.warehouse ?? '', when: dateTime(each.updated_at) })} onClick={() => setShown(each)}>
                          {dateTime(each.updated_at)}
                        </button>
                      </td>
                      <td>{each.document?.warehouse}</td>
                      <td className="number">{count(lines.length)}</td>
                      <td className="number">{count(unitsOf(lines))}</td>
                      <td>
                        <Status group="state" value={each.state} />
                        {each.message && <div className="small dim wrap">{plain(each.message)}</div>}
                      </td>
                      <td className="mono wrap">{each.reference}</td>
                    </tr>
                  );
                })}
              </Table>
            </Card>
          )}
          {data.notices.length > 0 && (
            <details className="card">
              <summary>{t('inventory.notices', { n: data.notices.length })}</summary>
              <ul className="bulleted small wrap">
                {data.notices.slice(0, 200).map((notice) => (
                  <li key={notice.subject}>{plain(notice.message)}</li>
                ))}
              </ul>
            </details>
          )}
        </div>
      )}
      <SkipDialog connection={connection} keys={skipped} onClose={() => setSkipped(null)} />
      <CountDialog shown={shown} onClose={() => setShown(null)} />
    </>
  );
}
