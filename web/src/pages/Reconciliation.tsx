import { Button, Select } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconDownload, IconRefresh, IconScale } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { get, of, query, type ReconciledCurrency, type ReconciledLine, type Reconciliation } from '../api';
import { Card } from '../components/Card';
import { useListState } from '../components/PagedList';
import { Empty, Failure, Loading, PageHead } from '../components/states';
import { Table } from '../components/Table';
import { count, date, dateTime, money, month } from '../format';
import { useTranslation, type Key } from '../i18n';
import { csvLine } from '../mapping';
import { dayOf, orderAt } from '../postings';

const mostLines = 200;
/** References of days and returns may be longer, and break. */
const longestNumber = 20;
const kept = 30 * 60_000;
/** Walmart lists the orders of 180 days; two more are read before a period, for time zones. */
const horizon = 177 * 86_400_000;
const mostMonths = 7;

const nameOf = (year: number, index: number) => new Date(Date.UTC(year, index, 1)).toISOString().slice(0, 7);
const lastDay = (name: string) => {
  const [year, number] = name.split('-').map(Number);
  return new Date(Date.UTC(year, number, 0)).toISOString().slice(0, 10);
};

/** The months that can be compared, the present one first. */
function monthsUntil(now: Date): string[] {
  const names = Array.from({ length: mostMonths }, (_, back) => nameOf(now.getFullYear(), now.getMonth() - back));
  return names.filter((name) => Date.parse(`${name}-01T00:00:00Z`) > now.getTime() - horizon);
}

const columns = ['source', 'currency', 'sku', 'item', 'walmart_quantity', 'walmart_amount', 'exact_quantity', 'exact_amount', 'difference', 'exact_documents', 'cause', 'explanation'] as const;

/** All lines as a file, made here: reading both sides once more would take as long again. */
function download(connection: string, name: string, lines: ReconciledLine[]) {
  const text = csvLine([...columns]) + lines.map((line) => csvLine(columns.map((column) => String(line[column] ?? '')))).join('');
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
  link.download = `reconciliation-${connection}-${name}.csv`;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

function Verdict({ found, readAt }: { found: Reconciliation; readAt: string }) {
  const { t } = useTranslation();
  return (
    <div className={found.balances ? 'hero' : 'hero attention'} role="status">
      {found.balances ? <IconCircleCheck className="mark" size={40} aria-hidden /> : <IconAlertTriangle className="mark" size={40} aria-hidden />}
      <div>
        <h2>{found.balances ? t('reconcile.balances') : t('reconcile.differs', { n: count(found.differences) })}</h2>
        <p>{t('reconcile.compared', { orders: count(found.orders), documents: count(found.exact_documents), from: date(found.from), to: date(found.to) })}</p>
        <p>{t('reconcile.readAt', { when: readAt })}</p>
      </div>
    </div>
  );
}

function Totals({ currencies }: { currencies: ReconciledCurrency[] }) {
  const { t } = useTranslation();
  const heads = ['reconcile.charged', 'reconcile.tax', 'reconcile.due', 'reconcile.booked', 'reconcile.difference'] as const;
  return (
    <Card title={t('reconcile.totals')} text={t('reconcile.totalsText')} label={t('reconcile.totals')}>
      <Table tight columns={[t('reconcile.currency'), ...heads.map((key) => ({ label: t(key), number: true }))]}>
        {currencies.map((sums) => (
          <tr key={sums.currency}>
            <td>{sums.currency}</td>
            {[sums.walmart_charged, sums.tax_left_out, sums.walmart, sums.exact].map((value, index) => (
              <td key={index} className="number">
                {money(value, sums.currency)}
              </td>
            ))}
            <td className="number">
              <strong>{money(sums.difference, sums.currency)}</strong>
              {Object.entries(sums.explained).map(([cause, amount]) => (
                <div key={cause} className="small dim">
                  {t(`reconcile.cause.${cause}` as Key)}: {money(amount, sums.currency)}
                </div>
              ))}
            </td>
          </tr>
        ))}
      </Table>
    </Card>
  );
}

/** Where a line's source has a page: an order that was read, or a day's invoice. */
function placeOfLine(connection: string, line: ReconciledLine): string | null {
  const day = /D(\d{4})(\d\d)(\d\d)-[A-Z]{3}(-\d+)?$/.exec(line.source);
  if (day) return dayOf(connection, day.slice(1, 4).join('-'));
  const isKnown = line.cause !== 'unknown_order' && line.cause !== 'not_read_yet';
  return isKnown && !line.source.includes('/') ? orderAt(connection, line.source) : null;
}

/** What a person does about it is said by the page; the command for it is of no use here. */
const withoutCommand = (explanation: string) => explanation.replace(/: run `.*$/, '');

function DifferingLine({ connection, line }: { connection: string; line: ReconciledLine }) {
  const { t, plain } = useTranslation();
  const place = placeOfLine(connection, line);
  return (
    <tr>
      <td className={line.source.length > longestNumber ? 'mono wrap' : 'mono nowrap'}>{place ? <Link href={place}>{line.source}</Link> : line.source}</td>
      <td className="wrap">
        {line.sku || line.item}
        {line.item && line.item !== line.sku && line.sku && <div className="small dim mono">{line.item}</div>}
      </td>
      {([[line.walmart_amount, line.walmart_quantity], [line.exact_amount, line.exact_quantity]] as const).map(([amount, quantity], index) => (
        <td key={index} className="number">
          {money(amount, line.currency)}
          <div className="small dim">{count(quantity)} ×</div>
        </td>
      ))}
      <td className="number">
        <strong>{money(line.difference, line.currency)}</strong>
      </td>
      <td className="wrap">
        {t(`reconcile.cause.${line.cause}` as Key)}
        {line.explanation && (
          <div className="small dim" lang="en">
            {plain(withoutCommand(line.explanation))}
          </div>
        )}
      </td>
      <td className="mono wrap">{line.exact_documents || <span className="dim">–</span>}</td>
    </tr>
  );
}

function Differences({ connection, lines }: { connection: string; lines: ReconciledLine[] }) {
  const { t } = useTranslation();
  const differing = lines.filter((line) => line.cause !== null);
  if (differing.length === 0) return null;
  return (
    <Card title={t('reconcile.lines')} text={t('reconcile.linesText')} label={t('reconcile.lines')}>
      <Table
        tight
        columns={[t('reconcile.source'), t('reconcile.item'), ...(['reconcile.walmart', 'reconcile.exact', 'reconcile.difference'] as const).map((key) => ({ label: t(key), number: true })), t('reconcile.why'), t('reconcile.documents')]}
      >
        {differing.slice(0, mostLines).map((line, index) => (
          <DifferingLine key={index} connection={connection} line={line} />
        ))}
      </Table>
      {differing.length > mostLines && <p className="dim small">{t('todo.andMore', { n: count(differing.length - mostLines) })}</p>}
    </Card>
  );
}

/** Walmart against Exact for a month. Both are read anew, which costs calls and time: only when somebody says so. */
export default function ReconciliationPage({ connection }: { connection: string }) {
  const { t } = useTranslation();
  const list = useListState();
  const months = monthsUntil(new Date());
  const asked = list.value('month', months[1]);
  const chosen = months.includes(asked) ? asked : months[1];
  const comparison = useQuery({
    queryKey: ['reconciliation', connection, chosen],
    queryFn: () => get<Reconciliation>(`${of(connection)}/reconciliation${query({ from: `${chosen}-01`, to: lastDay(chosen) })}`),
    enabled: false,
    retry: false,
    gcTime: kept,
  });
  const { data: found, isFetching } = comparison;
  return (
    <>
      <PageHead title={t('nav.reconciliation')} text={t('reconcile.intro')} />
      <div className="row bottom" style={{ marginBottom: 16 }}>
        <Select label={t('reconcile.month')} value={chosen} allowDeselect={false} onChange={(value) => list.restrict('month', value === months[1] ? '' : (value ?? ''))} data={months.map((name) => ({ value: name, label: month(name) }))} />
        <Button leftSection={<IconRefresh size={17} aria-hidden />} loading={isFetching} onClick={() => void comparison.refetch()}>
          {t('reconcile.compare')}
        </Button>
        {found && (
          <Button variant="default" leftSection={<IconDownload size={17} aria-hidden />} onClick={() => download(connection, chosen, found.lines)}>
            {t('audit.export')}
          </Button>
        )}
      </div>
      <div className="stack">
        {isFetching && (
          <div className="hero busy" role="status">
            {t('reconcile.reading')}
          </div>
        )}
        {isFetching && !found && <Loading rows={8} />}
        {comparison.isError && !isFetching && <Failure error={comparison.error} retry={() => void comparison.refetch()} />}
        {!found && !isFetching && !comparison.isError && (
          <div className="card">
            <Empty title={t('reconcile.notYet', { month: month(chosen) })} text={t('reconcile.notYetText')} icon={<IconScale size={40} aria-hidden />} />
          </div>
        )}
        {found && (
          <>
            <Verdict found={found} readAt={dateTime(new Date(comparison.dataUpdatedAt).toISOString())} />
            {found.currencies.length > 0 && <Totals currencies={found.currencies} />}
            <Differences connection={connection} lines={found.lines} />
            {found.notes.length > 0 && (
              <Card title={t('reconcile.notes')} label={t('reconcile.notes')}>
                <ul className="bulleted" lang="en">
                  {found.notes.map((note, index) => (
                    <li key={index} className="wrap">
                      {note}
                    </li>
                  ))}
                </ul>
              </Card>
            )}
          </>
        )}
      </div>
    </>
  );
}
