import { useQueryClient } from '@tanstack/react-query';
import { ApiError, call, of, query, type Mapping, type MappingRow } from './api';
import { useTell } from './components/dialogs';
import { useTranslation } from './i18n';

export type MappingPart = 'mapping' | 'kits' | 'aliases' | 'ship_nodes';
export type MappingColumn = Exclude<keyof MappingRow, 'sku'>;
export const mappingColumns: MappingColumn[] = ['exact_item', 'gl_account', 'cost_center', 'cost_unit', 'vat_code', 'warehouse'];
export const emptyRow: MappingRow = { sku: '', exact_item: '', gl_account: '', cost_center: '', cost_unit: '', vat_code: '', warehouse: '' };

/** The row of this SKU or charge, or a new one. */
export const rowOf = (mapping: Mapping, sku: string): MappingRow => mapping.rows.find((row) => row.sku === sku) ?? { ...emptyRow, sku };

export const partSize = (mapping: Mapping, part: MappingPart) => mapping[part === 'mapping' ? 'rows' : part].length;
export const exportAddress = (connection: string, part: MappingPart) => `/api/v1${of(connection)}/mapping/export${query({ part })}`;
/** Against the revision that was seen, so that nobody's work is written over. */
export const importPart = (connection: string, part: MappingPart, csv: string, revision: string) => call<Mapping>('POST', `${of(connection)}/mapping/import${query({ part, revision })}`, csv);
export const csvLine = (cells: string[]) => cells.map((text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)).join(',') + '\n';

/** What to do once a mapping was written, or was not. */
export function useMappingWritten(connection: string) {
  const { t } = useTranslation();
  const tell = useTell();
  const client = useQueryClient();
  return {
    taken: (next: Mapping, message: string) => {
      client.setQueryData(['mapping', connection], next);
      void client.invalidateQueries({ queryKey: ['audit'] });
      void client.invalidateQueries({ queryKey: ['mapping-check'] });
      tell.done(message);
    },
    failed: (error: unknown) => {
      const conflict = error instanceof ApiError && error.status === 409;
      if (conflict) void client.invalidateQueries({ queryKey: ['mapping', connection] });
      if (conflict) tell.refusal(t('map.conflict'));
      else tell.failed(error);
    },
  };
}
