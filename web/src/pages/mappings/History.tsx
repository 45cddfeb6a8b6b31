import { useQuery } from '@tanstack/react-query';
import { get, query, type AuditRecord, type KitItem, type MappingRow } from '../../api';
import { Empty, Failure, Loading } from '../../components/states';
import { count, dateTime } from '../../format';
import { useTranslation, type Key } from '../../i18n';
import { mappingColumns } from '../../mapping';

type Entry = MappingRow | KitItem[] | string;
interface Change {
  sku?: string;
  alias?: string;
  ship_node?: string;
  before: Entry | null;
  after: Entry | null;
}
const lists = ['changes', 'kit_changes', 'alias_changes', 'ship_node_changes'];
const mostShown = 8;

/** What one change did, in a line: of rows the columns that differ, of all else what it was and is. */
function useSentence() {
  const { t } = useTranslation();
  const isRow = (entry: Entry | null): entry is MappingRow => entry !== null && typeof entry === 'object' && !Array.isArray(entry);
  const short = (entry: Entry | null): string => {
    if (entry === null || entry === '') return '–';
    if (Array.isArray(entry)) return entry.map((item) => `${count(item.quantity)} × ${item.exact_item}`).join(' + ');
    return typeof entry === 'string' ? entry : '';
  };
  return ({ before, after }: Change): string => {
    if (after === null) return t('map.removedRow');
    if (!isRow(after)) return `${short(before)} → ${short(after)}`;
    const old = isRow(before) ? before : null;
    const columns = mappingColumns.filter((column) => (old?.[column] ?? '') !== after[column]);
    return columns.map((column) => `${t(`column.${column}` as Key)}: ${old?.[column] || '–'} → ${after[column] || '–'}`).join(', ') || t('map.addedRow');
  };
}

export function History({ connection }: { connection: string }) {
  const { t, word } = useTranslation();
  const sentence = useSentence();
  const records = useQuery({
    queryKey: ['audit', connection, 'mapping.'],
    queryFn: () => get<{ records: AuditRecord[] }>(`/audit${query({ connection, action: 'mapping.', limit: 50 })}`),
  });
  if (records.isPending) return <Loading />;
  if (records.isError) return <Failure error={records.error} retry={() => void records.refetch()} />;
  if (records.data.records.length === 0) return <Empty title={t('map.historyEmpty')} />;
  return (
    <ol className="timeline">
      {records.data.records.map((record) => {
        const changes = lists.flatMap((list) => (record.detail?.[list] ?? []) as Change[]);
        const changed = Number(record.detail?.count ?? changes.length);
        return (
          <li key={record.sequence}>
            <div className="row between">
              <strong>
                {word('action', record.action)}
                {changed > 0 && `: ${t('map.changedRows', { n: changed })}`}
              </strong>
              <span className="small dim">
                {record.actor} · {dateTime(record.at)}
              </span>
            </div>
            {changes.slice(0, mostShown).map((change, index) => (
              <div key={index} className="small wrap">
                <span className="mono">{change.sku ?? change.alias ?? change.ship_node}</span> {sentence(change)}
              </div>
            ))}
            {changed > mostShown && <div className="small dim">{t('todo.andMore', { n: count(changed - mostShown) })}</div>}
          </li>
        );
      })}
    </ol>
  );
}
