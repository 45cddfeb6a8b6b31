import { Button, Modal, Textarea } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { of, post } from '../api';
import { useTranslation } from '../i18n';
import { Failure, messageOf } from './states';

export interface Decided {
  postings: { key: string; state: string; message: string | null }[];
  refused: { key: string; message: string }[];
}

/** Tells what became of a decision about postings, and of those that were refused. */
export function useTell() {
  const translation = useTranslation();
  const { t, plain } = translation;
  const show = (message: string, color: string, autoClose?: number) => notifications.show({ message, color, autoClose, closeButtonProps: { 'aria-label': t('common.close') } });
  return {
    done: (message: string) => show(message, 'cyan'),
    refusal: (message: string) => show(message, 'red', 12_000),
    failed: (error: unknown) => show(messageOf(error, translation), 'red', 12_000),
    refused: (decided: Decided) => {
      if (decided.refused.length > 0) show(t('todo.refused', { n: decided.refused.length, message: plain(decided.refused[0].message) }), 'yellow', 12_000);
    },
  };
}

/** Has postings tried again; `done` says what that means. */
export function useRetry(connection: string, done?: (n: number) => string) {
  const { t } = useTranslation();
  const tell = useTell();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (keys: string[]) => post<Decided>(`${of(connection)}/postings/retry`, { keys }),
    onSuccess: (decided) => {
      const n = decided.postings.length;
      if (n > 0) tell.done(done ? done(n) : t('todo.retrying', { n }));
      tell.refused(decided);
      void client.invalidateQueries();
    },
    onError: tell.failed,
  });
}

export function SkipDialog({ connection, keys, onClose }: { connection: string; keys: string[] | null; onClose: () => void }) {
  const { t } = useTranslation();
  const tell = useTell();
  const client = useQueryClient();
  const [reason, setReason] = useState('');
  const skip = useMutation({
    mutationFn: () => post<Decided>(`${of(connection)}/postings/skip`, { keys, reason }),
    onSuccess: (decided) => {
      tell.done(t('skip.done', { n: decided.postings.length }));
      tell.refused(decided);
      close();
      void client.invalidateQueries();
    },
  });
  /** A reason that was given up is none for what is skipped next. */
  const close = () => {
    setReason('');
    skip.reset();
    onClose();
  };
  const n = keys?.length ?? 0;
  return (
    <Modal opened={keys !== null} onClose={close} title={t('skip.title', { n })} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          skip.mutate();
        }}
      >
        <p className="dim">{t('skip.text')}</p>
        <Textarea label={t('skip.reason')} required maxLength={500} rows={3} value={reason} data-autofocus onChange={(event) => setReason(event.currentTarget.value)} />
        {skip.isError && <Failure error={skip.error} />}
        <div className="row end">
          <Button variant="default" onClick={close}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" color="red" loading={skip.isPending} disabled={reason.trim() === ''}>
            {t('skip.submit')}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

/** Asks once, and says what it will do. */
export function Confirm(props: { opened: boolean; title: string; text: string; action: string; busy?: boolean; disabled?: boolean; harmless?: boolean; onConfirm: () => void; onClose: () => void; children?: ReactNode }) {
  const { t } = useTranslation();
  return (
    <Modal opened={props.opened} onClose={props.onClose} title={props.title} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <div className="stack">
        <p>{props.text}</p>
        {props.children}
        <div className="row end">
          <Button variant="default" onClick={props.onClose}>
            {t('common.cancel')}
          </Button>
          <Button color={props.harmless ? undefined : 'red'} loading={props.busy} disabled={props.disabled} onClick={props.onConfirm}>
            {props.action}
          </Button>
        </div>
      </div>
    </Modal>
  );
}
