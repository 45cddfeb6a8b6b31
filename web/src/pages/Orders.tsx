import { SegmentedControl, Select, TextInput } from '@mantine/core';
import { IconPackage } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { Link, useLocation, useSearch } from 'wouter';
import { get, of, query, type ListedOrder } from '../api';
import { Status } from '../components/badges';
import { PagedList, SearchField, useListState } from '../components/PagedList';
import { PageHead } from '../components/states';
import { beginOf, dateTime, sums } from '../format';
import { useTranslation } from '../i18n';
import { rememberList } from '../postings';

const shownSkus = 2;
const shownDocuments = 3;

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
      <td className="number">{sums(order.booked)}</td>
      <td>
        <Status group="status" value={order.status} />
        {order.causes.map((cause) => (
          <div key={cause} className="small dim">
            {word('cause', cause)}
          </div>
        ))}
      </td>
      <td className="wrap">
        {order.in_exact.slice(0, shownDocuments).map((document, index) => (
          <div key={index}>
            <span className={document.number ? 'mono' : 'mono small dim'} title={document.number ? undefined : t('orders.noNumber')}>
              {document.number ?? document.reference}
            </span>{' '}
            <span className="small dim">{word('kind', document.kind)}</span>
          </div>
        ))}
        {order.in_exact.length > shownDocuments && <div className="small dim">{t('orders.more', { n: order.in_exact.length - shownDocuments })}</div>}
        {order.in_exact.length === 0 && <span className="dim">–</span>}
      </td>
    </tr>
  );
}

export function Orders({ connection }: { connection: string }) {
  const { t } = useTranslation();
  const list = useListState();
  const { wanted, after } = list;
  const state = list.value('state', 'any');
  const sort = list.value('sort', '-order_time');
  const from = list.value('from');
  const until = list.value('until');
  const address = useSearch();
  useEffect(() => rememberList(connection, address), [connection, address]);
  const at = `/c/${encodeURIComponent(connection)}`;
  const orders = useQuery({
    queryKey: ['orders', connection, wanted, state, sort, from, until, after],
    queryFn: () => get<{ orders: ListedOrder[]; next: string | null }>(`${of(connection)}/orders${query({ search: wanted, state, sort, from: beginOf(from), until: beginOf(until, 1), after, limit: 50 })}`),
    placeholderData: keepPreviousData,
    meta: { live: true },
  });
  const filtered = wanted !== '' || state !== 'any' || from !== '' || until !== '';
  return (
    <>
      <PageHead title={t('orders.title')} />
      <div className="row" style={{ marginBottom: 14 }}>
        <SearchField label={t('orders.search')} value={list.search} onChange={list.setSearch} />
        <SegmentedControl
          aria-label={t('orders.status')}
          transitionDuration={0}
          value={state}
          onChange={(value) => list.restrict('state', value === 'any' ? '' : value)}
          data={[
            { value: 'any', label: t('orders.any') },
            { value: 'failed', label: t('orders.failed') },
            { value: 'waiting', label: t('orders.waiting') },
            { value: 'skipped', label: t('status.skipped') },
            { value: 'before_go_live', label: t('orders.before') },
          ]}
        />
      </div>
      <div className="row between" style={{ marginBottom: 14 }}>
        <div className="row">
          {([['from', 'orders.from', { max: until }], ['until', 'orders.until', { min: from }]] as const).map(([name, label, limits]) => (
            <TextInput key={name} type="date" className="sidelabel" label={t(label)} {...limits} value={list.value(name)} onChange={(event) => list.restrict(name, event.currentTarget.value)} />
          ))}
        </div>
        <Select
          aria-label={t('orders.time')}
          value={sort}
          allowDeselect={false}
          w={160}
          onChange={(value) => list.restrict('sort', value === 'order_time' ? value : '')}
          data={[
            { value: '-order_time', label: t('orders.newest') },
            { value: 'order_time', label: t('orders.oldest') },
          ]}
        />
      </div>
      <PagedList
        answer={orders}
        rows={(answer) => answer.orders}
        list={list}
        caption={t('orders.title')}
        columns={[t('orders.number'), t('orders.time'), t('orders.skus'), { label: t('orders.total'), number: true }, { label: t('orders.booked'), number: true }, t('orders.status'), t('orders.exact')]}
        empty={{ title: t(filtered ? 'orders.nothingFound' : 'orders.empty'), text: t(filtered ? 'orders.nothingFoundText' : 'orders.emptyText'), icon: <IconPackage size={40} aria-hidden /> }}
      >
        {(order) => <Row key={order.purchase_order} order={order} at={at} />}
      </PagedList>
    </>
  );
}
