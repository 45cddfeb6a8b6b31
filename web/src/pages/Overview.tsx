import { Badge, Button, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconAlertTriangle, IconCircleCheck, IconHandStop, IconPlugConnected, IconRefresh, IconSearch } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { Link } from 'wouter';
import { of, post, type Budget, type Overview as Data, type OverviewConnection, type PostedHour } from '../api';
import { Card } from '../components/Card';
import { Chart, type Bar } from '../components/Chart';
import { useTell } from '../components/dialogs';
import { Meter } from '../components/Meter';
import { Empty, PageHead, Unready } from '../components/states';
import { Table } from '../components/Table';
import { count, day, money, relative, wholeMoney } from '../format';
import { useTranslation } from '../i18n';
import { useMay } from '../session';
import { mostListed, useOverview } from '../shell';

/** What the server lists at most. */
const mostAsked = 500;
const days = 30;
const fewestDays = 7;
const startOfDay = (time: Date) => new Date(time.getFullYear(), time.getMonth(), time.getDate());

/** Hours in UTC become days of the reader's zone. The sum is for bars only: shown amounts come from the server. */
interface Day {
  day: Date;
  amount: number;
  count: number;
}
function daysOf(hours: PostedHour[], currency: string, now: Date): Day[] {
  const bars: Day[] = [];
  const index = new Map<number, Day>();
  for (let back = days - 1; back >= 0; --back) {
    const day = startOfDay(new Date(now.getFullYear(), now.getMonth(), now.getDate() - back));
    const bar = { day, amount: 0, count: 0 };
    index.set(day.getTime(), bar);
    bars.push(bar);
  }
  for (const hour of hours) {
    if (hour.currency !== currency || !isInvoice(hour)) continue;
    const bar = index.get(startOfDay(new Date(hour.from)).getTime());
    if (!bar) continue;
    bar.amount += hour.total;
    bar.count += hour.count;
  }
  // A young connection has no month behind it: its days are not lost among empty ones.
  const first = bars.findIndex((bar) => bar.count > 0);
  return bars.slice(Math.max(0, Math.min(first < 0 ? 0 : first, days - fewestDays)));
}

const isDocument = (hour: PostedHour) => hour.kind !== 'order_acknowledgement';
const isInvoice = (hour: PostedHour) => hour.kind === 'sales_invoice' || hour.kind === 'daily_invoice';

/** Those that invoices are in, the most used first. */
function currenciesOf(hours: PostedHour[]): string[] {
  const counts = new Map<string, number>();
  for (const hour of hours) if (hour.currency && isInvoice(hour)) counts.set(hour.currency, (counts.get(hour.currency) ?? 0) + hour.count);
  const sorted = [...counts].sort((a, b) => b[1] - a[1]).map(([currency]) => currency);
  return sorted.length > 0 ? sorted : ['USD'];
}

const heldOf = (connection: OverviewConnection) => connection.for_person;

const signedIn = (connection: OverviewConnection, system: 'walmart' | 'exact') =>
  system === 'walmart' ? connection.walmart_connected && !connection.live.walmart_refuses : connection.exact_connected && !connection.live.exact_refuses && !connection.causes.authentication_failed;

/** What of a connection does not work, the worst first; nothing of one that is still being set up. */
function useTrouble() {
  const { t, word } = useTranslation();
  return (connection: OverviewConnection): string | null => {
    const { name, live } = connection;
    if (connection.unfinished) return null;
    if (connection.paused) return t('overview.pausedText', { name });
    if (!signedIn(connection, 'walmart')) return t('overview.keyRefusedText', { name });
    if (!signedIn(connection, 'exact')) return t('overview.signedOutText', { name, system: 'Exact' });
    if (!live.running) return t('overview.notRunningText', { name });
    const failed = live.flows.find((flow) => flow.last_error);
    return failed ? t('overview.flowFailedText', { name, flow: word('flow', failed.name) }) : null;
  };
}

function Hero({ data }: { data: Data }) {
  const { t } = useTranslation();
  const trouble = useTrouble();
  const { for_person: held, on_the_way: waiting } = data.totals;
  const deciding = data.connections.filter((connection) => heldOf(connection) > 0);
  const first = deciding[0];
  if (held > 0 && first) {
    return (
      <div className="hero attention">
        <IconHandStop className="mark" size={40} aria-hidden />
        <div className="grow">
          <h2>{t('overview.needsYou', { n: held })}</h2>
          <p>{t('overview.needsYouText')}</p>
          {data.connections.map((connection) => {
            const text = trouble(connection);
            return text && <p key={connection.name}>{text}</p>;
          })}
          {data.totals.connections > 1 && (
            <p className="row">
              {deciding.map((connection) => (
                <Link key={connection.name} href={`/c/${encodeURIComponent(connection.name)}/todo`}>
                  {connection.name}: {count(heldOf(connection))}
                </Link>
              ))}
              {data.totals.deciding > deciding.length && <span>{t('overview.andMore', { n: data.totals.deciding - deciding.length })}</span>}
            </p>
          )}
        </div>
        <Button component={Link} href={`/c/${encodeURIComponent(first.name)}/todo`}>
          {t('overview.openTodo')}
        </Button>
      </div>
    );
  }
  const troubled = data.connections.filter((connection) => trouble(connection));
  if (troubled.length > 0) {
    return (
      <div className="hero attention">
        <IconAlertTriangle className="mark" size={40} aria-hidden />
        <div className="grow">
          <h2>{t('overview.notAllRight')}</h2>
          {troubled.slice(0, 5).map((connection) => (
            <p key={connection.name}>{trouble(connection)}</p>
          ))}
        </div>
        <Button component={Link} href={`/c/${encodeURIComponent(troubled[0].name)}/settings`}>
          {t('overview.openSettings')}
        </Button>
      </div>
    );
  }
  if (data.totals.unfinished === data.totals.connections) {
    return (
      <div className="hero busy">
        <IconPlugConnected className="mark" size={40} aria-hidden />
        <div className="grow">
          <h2>{t('overview.unfinished')}</h2>
          <p>{t('overview.unfinishedText')}</p>
        </div>
      </div>
    );
  }
  return (
    <div className={waiting > 0 ? 'hero busy' : 'hero'}>
      {waiting > 0 ? <IconRefresh className="mark" size={40} aria-hidden /> : <IconCircleCheck className="mark" size={40} aria-hidden />}
      <div>
        <h2>{t(waiting > 0 ? 'overview.waiting' : 'overview.allRight')}</h2>
        <p>{waiting > 0 ? t('overview.waitingText', { n: waiting }) : t('overview.allRightText')}</p>
      </div>
    </div>
  );
}

/** A longer sum is written smaller: one that goes on in the next line is read wrong. */
const mostLarge = 12;

function Tile({ label, value, note }: { label: string; value: string; note: string }) {
  return (
    <div className="card tile">
      <div className="label">{label}</div>
      <div className={value.length > mostLarge ? 'value long' : 'value'}>{value}</div>
      <div className="note">{note}</div>
    </div>
  );
}

function CallsLeft({ label, budget }: { label: string; budget: Budget | null }) {
  const { t } = useTranslation();
  return (
    <div>
      <div className="row between small">
        <span>{label}</span>
        <span className="dim">{budget ? t('overview.ofCalls', { left: count(budget.remaining), limit: count(budget.limit) }) : t('overview.unlimited')}</span>
      </div>
      {budget && budget.limit > 0 && <Meter part={Math.min(1, budget.remaining / budget.limit)} />}
    </div>
  );
}

function ConnectionCard({ connection, now }: { connection: OverviewConnection; now: number }) {
  const { t, word } = useTranslation();
  const mayAct = useMay('operator');
  const isAdministrator = useMay('administrator');
  const tell = useTell();
  const client = useQueryClient();
  const at = `/c/${encodeURIComponent(connection.name)}`;
  const poll = useMutation({
    mutationFn: () => post(`${of(connection.name)}/orders/poll`),
    onSuccess: () => {
      tell.done(t('overview.reading', { name: connection.name }));
      void client.invalidateQueries({ queryKey: ['overview'] });
    },
    onError: tell.failed,
  });
  return (
    <Card
      label={t('overview.connection', { name: connection.name })}
      title={connection.name}
      text={connection.division !== null && t('overview.division', { division: connection.division })}
      aside={
        <Badge variant="light" tt="none" radius="sm" color={connection.live.running ? 'green' : connection.paused ? 'gray' : 'yellow'}>
          {t(connection.live.running ? 'overview.running' : connection.paused ? 'overview.paused' : 'overview.notRunning')}
        </Badge>
      }
    >
      <div className="row" style={{ marginBottom: 14 }}>
        {(['walmart', 'exact'] as const).map((system) => {
          const good = signedIn(connection, system);
          return (
            <Badge key={system} variant="light" tt="none" radius="sm" color={good ? 'green' : 'red'}>
              {system === 'walmart' ? 'Walmart' : 'Exact'}: {t(good ? 'overview.signedIn' : 'overview.notSignedIn').toLowerCase()}
            </Badge>
          );
        })}
      </div>
      {connection.unfinished && isAdministrator ? (
        <Button component={Link} href={`${at}/setup`}>
          {t('overview.goOn')}
        </Button>
      ) : (
        <div className="stack">
          {connection.live.flows.length > 0 && (
            <Table tight columns={[t('overview.flow'), t('overview.lastRun'), t('overview.nextRun')]}>
              {connection.live.flows.map((flow) => (
                <tr key={flow.name}>
                  <td>
                    {word('flow', flow.name)}
                    {flow.last_error && <div className="small wrap" style={{ color: 'var(--mantine-color-error)' }}>{flow.last_error}</div>}
                  </td>
                  <td className="nowrap">{flow.last_succeeded ? relative(flow.last_succeeded, now) : t('common.never')}</td>
                  <td className="nowrap">{flow.next_run ? (new Date(flow.next_run).getTime() <= now ? t('overview.due') : relative(flow.next_run, now)) : '–'}</td>
                </tr>
              ))}
            </Table>
          )}
          <div>
            <h3 className="small" style={{ margin: '0 0 6px' }}>{t('overview.budget')}</h3>
            <div className="grid two">
              <CallsLeft label={t('overview.minute')} budget={connection.live.exact_minute} />
              <CallsLeft label={t('overview.today')} budget={connection.live.exact_day} />
            </div>
            {connection.live.walmart_orders_left !== null && <p className="small dim" style={{ marginTop: 6 }}>{t('overview.walmartLeft', { n: count(connection.live.walmart_orders_left) })}</p>}
          </div>
          {mayAct && connection.live.running && (
            <div>
              <Button variant="default" size="xs" leftSection={<IconRefresh size={16} aria-hidden />} loading={poll.isPending} onClick={() => poll.mutate()}>
                {t('overview.runNow')}
              </Button>
            </div>
          )}
        </div>
      )}
    </Card>
  );
}

/** All connections, or of many those that need a person first, with a search. */
function Connections({ data, now }: { data: Data; now: number }) {
  const { t } = useTranslation();
  const [search, setSearch] = useState('');
  const [limit, setLimit] = useState(mostListed);
  const [wanted] = useDebouncedValue(search.trim(), 250);
  const found = useOverview({ search: wanted, limit }).data ?? data;
  // The connection of the address comes with the others, whatever was searched.
  const listed = found.connections.filter((connection) => connection.name.toLowerCase().includes(wanted.toLowerCase())).slice(0, limit);
  return (
    <>
      {data.totals.connections > mostListed && (
        <div className="row bottom">
          <TextInput
            type="search"
            className="grow"
            label={t('overview.search')}
            leftSection={<IconSearch size={16} aria-hidden />}
            value={search}
            onChange={(event) => {
              setSearch(event.currentTarget.value);
              setLimit(mostListed);
            }}
          />
          <span className="dim small" role="status">
            {t('overview.listed', { n: count(listed.length), of: count(found.totals.matching) })}
          </span>
        </div>
      )}
      <div className="grid two">
        {listed.map((connection) => (
          <ConnectionCard key={connection.name} connection={connection} now={now} />
        ))}
      </div>
      {listed.length < found.totals.matching && limit < mostAsked && (
        <Button variant="default" onClick={() => setLimit(Math.min(mostAsked, limit * 2))}>
          {t('overview.more')}
        </Button>
      )}
    </>
  );
}

export function Overview() {
  const { t } = useTranslation();
  const isAdministrator = useMay('administrator');
  const overview = useOverview({ refetchInterval: 15_000 });
  const data = overview.data;
  const now = useMemo(() => new Date(data?.now ?? Date.now()), [data?.now]);
  const charts = useMemo(() => currenciesOf(data?.posted_hours ?? []).map((currency) => ({ currency, bars: daysOf(data?.posted_hours ?? [], currency, now) })), [data?.posted_hours, now]);
  if (!data) return <Unready title={t('nav.overview')} error={overview.error} retry={() => void overview.refetch()} />;
  if (data.totals.connections === 0) {
    return (
      <>
        <PageHead title={t('nav.overview')} />
        <div className="card">
          <Empty title={t('overview.none')} text={isAdministrator ? t('overview.noneText') : t('overview.askAdministrator')} icon={<IconPlugConnected size={44} aria-hidden />}>
            {isAdministrator && (
              <Button component={Link} href="/setup">
                {t('overview.begin')}
              </Button>
            )}
          </Empty>
        </div>
      </>
    );
  }
  const drift = data.totals.stock_drift;
  const todays = charts.map(({ currency, bars }) => ({ currency, ...bars[bars.length - 1] }));
  const invoicedToday = todays.filter((today, index) => index === 0 || today.count > 0);
  const postedToday = data.posted_hours.filter((hour) => isDocument(hour) && new Date(hour.from) >= startOfDay(now)).reduce((sum, hour) => sum + hour.count, 0);
  const chartBars = (bars: Day[], currency: string): Bar[] =>
    bars.map((bar, index) => ({
      key: bar.day.toISOString(),
      value: bar.amount,
      name: day(bar.day),
      text: `${money(bar.amount, currency)} · ${t('overview.invoices', { n: bar.count })}`,
      tick: bars.length <= 10 || (bars.length - 1 - index) % 7 === 0 ? day(bar.day) : undefined,
      emphasis: index === bars.length - 1,
    }));
  return (
    <>
      <PageHead title={t('nav.overview')}>
        {isAdministrator && (
          <Button component={Link} href="/setup" variant="default">
            {t('overview.begin')}
          </Button>
        )}
      </PageHead>
      <div className="stack">
        <Hero data={data} />
        <div className="grid four">
          <Tile label={t('overview.invoicedToday')} value={invoicedToday.map((today) => money(today.amount, today.currency)).join(' + ')} note={t('overview.postedToday', { n: count(postedToday) })} />
          <Tile label={t('overview.onTheWay')} value={count(data.totals.on_the_way)} note={t('overview.postedInAll', { n: count(data.totals.posted) })} />
          <Tile label={t('overview.failed')} value={count(data.totals.for_person)} note={t('overview.causes', { n: data.totals.causes })} />
          {drift ? (
            <Tile label={t('overview.drift')} value={count(drift.units)} note={t('overview.driftNote', { n: drift.items })} />
          ) : (
            <Tile label={t('overview.postedEver')} value={count(data.totals.posted)} note="" />
          )}
        </div>
        {charts.map(({ currency, bars }) => {
          const title = charts.length > 1 ? `${t('overview.perDay')} (${currency})` : t('overview.perDay');
          return (
            <Card key={currency} title={title} aside={<span className="dim small">{t('overview.perDayHint', { n: bars.length })}</span>}>
              {bars.some((bar) => bar.count > 0) ? <Chart bars={chartBars(bars, currency)} label={title} axis={(value) => wholeMoney(value, currency)} columns={[t('overview.day'), t('overview.amount')]} /> : <p className="dim">{t('overview.nothingYet')}</p>}
            </Card>
          );
        })}
        <Connections data={data} now={now.getTime()} />
      </div>
    </>
  );
}
