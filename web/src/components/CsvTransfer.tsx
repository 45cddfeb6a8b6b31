import { Alert, Button } from '@mantine/core';
import { IconArrowBackUp, IconDownload, IconUpload } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { ApiError, type BadRow, type Mapping } from '../api';
import { count } from '../format';
import { useTranslation, type Key } from '../i18n';
import { exportAddress, importPart, partSize, useMappingWritten, type MappingPart } from '../mapping';
import { useMay } from '../session';
import { Confirm } from './dialogs';

const mostBadRows = 50;

export function BadRows({ rows, onClose }: { rows: BadRow[]; onClose: () => void }) {
  const { t } = useTranslation();
  if (rows.length === 0) return null;
  return (
    <Alert color="red" title={t('map.badRows', { n: rows.length })} role="alert" mb={14} withCloseButton closeButtonLabel={t('common.close')} onClose={onClose}>
      <div className="badrows">
        {rows.slice(0, mostBadRows).map((bad, index) => (
          <div key={index} className="wrap">
            {bad.row > 0 && `${t('map.rowNumber', { n: bad.row })}${bad.column && `, ${bad.column}`}: `}
            {bad.message}
          </div>
        ))}
        {rows.length > mostBadRows && <div>{t('todo.andMore', { n: count(rows.length - mostBadRows) })}</div>}
      </div>
    </Alert>
  );
}

/** The way back from what was written last; of each part of the mapping one. */
export interface Undo {
  label: Key;
  run: () => Promise<Mapping>;
}

/** Held by the page, because a part of it goes when another tab is looked at. */
export interface UndoState {
  undo: Undo | null;
  setUndo: (undo: Undo | null) => void;
}

export function UndoButton({ connection, undo, disabled, onUndone }: { connection: string; undo: Undo | null; disabled?: boolean; onUndone: () => void }) {
  const { t } = useTranslation();
  const written = useMappingWritten(connection);
  const takeBack = useMutation({
    mutationFn: () => undo!.run(),
    onSuccess: (next) => {
      onUndone();
      written.taken(next, t('map.undone'));
    },
    onError: written.failed,
  });
  if (!undo) return null;
  return (
    <Button variant="default" leftSection={<IconArrowBackUp size={17} aria-hidden />} loading={takeBack.isPending} disabled={disabled} onClick={() => takeBack.mutate()}>
      {t(undo.label)}
    </Button>
  );
}

/** Null of a file in another encoding: read all the same it would lose every letter with an accent. */
function textOf(bytes: ArrayBuffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** Of those below the header. */
const linesOf = (csv: string) => Math.max(0, csv.split(/\r?\n/).filter((line) => line.trim() !== '').length - 1);

/** A part of the mapping as a file: out as it stands, and in, which replaces all of it once somebody said yes. */
export function CsvTransfer({ connection, part, mapping, onImported, onBadRows }: { connection: string; part: MappingPart; mapping: Mapping; onImported: (undo: Undo) => void; onBadRows: (rows: BadRow[]) => void }) {
  const { t } = useTranslation();
  const mayEdit = useMay('operator');
  const written = useMappingWritten(connection);
  const input = useRef<HTMLInputElement>(null);
  const [chosen, setChosen] = useState<{ name: string; text: string } | null>(null);
  const present = partSize(mapping, part);
  const take = useMutation({
    mutationFn: async (text: string) => {
      const before = await (await fetch(exportAddress(connection, part))).text();
      return { before, next: await importPart(connection, part, text, mapping.revision) };
    },
    onSuccess: ({ before, next }) => {
      setChosen(null);
      onBadRows([]);
      onImported({ label: 'map.undoImport', run: () => importPart(connection, part, before, next.revision) });
      written.taken(next, t('map.imported', { n: partSize(next, part) }));
    },
    onError: (error) => {
      setChosen(null);
      if (error instanceof ApiError && error.badRows.length > 0) onBadRows(error.badRows);
      else written.failed(error);
    },
  });
  const refuse = (message: string) => onBadRows([{ row: 0, column: '', message }]);
  const read = async (file: File) => {
    const text = textOf(await file.arrayBuffer());
    if (text === null) refuse(t('map.notUtf8', { file: file.name }));
    else if (linesOf(text) === 0) refuse(t(part === 'ship_nodes' ? 'map.noNodesInFile' : 'map.noRowsInFile', { file: file.name }));
    else setChosen({ name: file.name, text });
  };
  const lines = chosen ? linesOf(chosen.text) : 0;
  return (
    <>
      {mayEdit && (
        <>
          <Button variant="default" leftSection={<IconUpload size={17} aria-hidden />} loading={take.isPending} onClick={() => input.current?.click()}>
            {t('map.import')}
          </Button>
          <input
            ref={input}
            type="file"
            accept=".csv,text/csv"
            hidden
            aria-label={t('map.import')}
            onChange={(event) => {
              const file = event.currentTarget.files?.[0];
              event.currentTarget.value = '';
              if (file) void read(file);
            }}
          />
        </>
      )}
      <Button component="a" href={exportAddress(connection, part)} variant="default" leftSection={<IconDownload size={17} aria-hidden />}>
        {t('map.export')}
      </Button>
      <Confirm
        opened={chosen !== null}
        title={t('map.import')}
        text={t(`map.importText.${part}`, { file: chosen?.name ?? '', lines: count(lines), present: count(present) })}
        action={t('map.replace')}
        harmless={present === 0}
        busy={take.isPending}
        onConfirm={() => chosen && take.mutate(chosen.text)}
        onClose={() => setChosen(null)}
      />
    </>
  );
}

