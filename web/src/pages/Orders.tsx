import { SegmentedControl, Select, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconPackage, IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import { get, of, query, type ListedOrder } from '../api';
import { Status } from '../components/badges';
import { Pager } from '../components/Pager';
import { Empty, Failure, Loading, PageHead } from '../components/states';
import { dateTime, sums } from '../format';
import { useTranslation } from '../i18n';

const shownSkus = 2;

function Row({ order, at }: { order: ListedOrder; at: string }) {
  const { t, word } = useTranslation();
  const [, go] = useLocation();
  const href = `${at}/orders/${encodeURIComponent(order.purchase_order)}`;
  return (
    <tr className="link" onClick={(event) => !(event.target as Element).closest('a') && !window.getSelection()?.toString() && go(href)}>
      <td>
        <Link href={href} className="mono">
          {order.purchase_order}
        </Link>
      </td>
      <td className="nowrap">{dateTime(order.order_time)}</td>
      <td className="wrap">
        {order.skus.slice(0, shownSkus).join(', ')}
        {order.skus.length > shownSkus && <span className="dim"> {t('orders.more', { n: order.skus.length - shownSkus })}</span>}
      </td>
      <td className="number">{sums(order.totals)}</td>
      <td>
        <Status group="status" value={order.status} />
        {order.causes.map((cause) => (
          <div key={cause} className="small dim">
            {word('cause', cause)}
          </div>
        ))}
      </td>
      <td className="mono">{order.numbers.join(', ') || <span className="dim">–</span>}</td>
    </tr>
  );
}

export function Orders({ connection }: { connection: string }) {
  const { t } = useTranslation();
  const [search, setSearch] = useState(() => new URLSearchParams(window.location.search).get('search') ?? '');
  const [wanted] = useDebouncedValue(search.trim(), 250);
  const [state, setState] = useState('any');
  const [sort, setSort] = useState('-order_time');
  const [cursors, setCursors] = useState<string[]>([]);
  const after = cursors[cursors.length - 1] ?? '';
  const at = `/c/${encodeURIComponent(connection)}`;
  const orders = useQuery({
    queryKey: ['orders', connection, wanted, state, sort, after],
    queryFn: () => get<{ orders: ListedOrder[]; next: string | null }>(`${of(connection)}/orders${query({ search: wanted, state, sort, after, limit: 50 })}`),
    placeholderData: keepPreviousData,
    meta: { live: true },
  });
  const restart = <T,>(set: (value: T) => void) => (value: T) => {
    set(value);
    setCursors([]);
  };
  const rows = orders.data?.orders ?? [];
  const filtered = wanted !== '' || state !== 'any';
  return (
    <>
      <PageHead title={t('orders.title')} />
      <div className="row" style={{ marginBottom: 14 }}>
        <TextInput
          className="grow"
          type="search"
          aria-label={t('orders.search')}
          placeholder={t('orders.search')}
          leftSection={<IconSearch size={17} aria-hidden />}
          value={search}
          onChange={(event) => restart(setSearch)(event.currentTarget.value)}
        />
        <SegmentedControl
          aria-label={t('orders.status')}
          transitionDuration={0}
          value={state}
          onChange={restart(setState)}
          data={[
            { value: 'any', label: t('orders.any') },
            { value: 'failed', label: t('orders.failed') },
            { value: 'waiting', label: t('orders.waiting') },
            { value: 'before_go_live', label: t('orders.before') },
          ]}
        />
        <Select
          aria-label={t('orders.time')}
          value={sort}
          allowDeselect={false}
          w={160}
          onChange={(value) => value && restart(setSort)(value)}
          data={[
            { value: '-order_time', label: t('orders.newest') },
            { value: 'order_time', label: t('orders.oldest') },
          ]}
        />
      </div>
      {orders.isPending && <Loading rows={10} />}
      {orders.isError && <Failure error={orders.error} retry={() => void orders.refetch()} />}
      {orders.data && rows.length === 0 && (
        <div className="card">
          <Empty title={t(filtered ? 'orders.nothingFound' : 'orders.empty')} text={t(filtered ? 'orders.nothingFoundText' : 'orders.emptyText')} icon={<IconPackage size={40} aria-hidden />} />
        </div>
      )}
      {rows.length > 0 && (
        <>
          <div className="card flush tablebox">
            <table className="list">
              <caption className="visually-hidden">{t('orders.title')}</caption>
              <thead>
                <tr>
                  <th scope="col">{t('orders.number')}</th>
                  <th scope="col">{t('orders.time')}</th>
                  <th scope="col">{t('orders.skus')}</th>
                  <th scope="col" className="number">{t('orders.total')}</th>
                  <th scope="col">{t('orders.status')}</th>
                  <th scope="col">{t('orders.exact')}</th>
                </tr>
              </thead>
              <tbody>
                {rows.map((order) => (
                  <Row key={order.purchase_order} order={order} at={at} />
                ))}
              </tbody>
            </table>
          </div>
          <Pager cursors={cursors} next={orders.data?.next} onChange={setCursors} />
        </>
      )}
    </>
  );
}
