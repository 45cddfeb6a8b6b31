import { Alert, Button } from '@mantine/core';
import { IconAlertTriangle, IconLock } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { ApiError, type Role } from '../api';
import { useTranslation } from '../i18n';
import { useMay } from '../session';

export function Loading({ rows = 6 }: { rows?: number }) {
  const { t } = useTranslation();
  return (
    <div className="card stack" role="status" aria-label={t('common.loading')}>
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className="skeleton" />
      ))}
    </div>
  );
}

export function messageOf(error: unknown, { t, plain }: Pick<ReturnType<typeof useTranslation>, 't' | 'plain'>): string {
  return error instanceof ApiError ? plain(error.message) : t('error.unreachable');
}

export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  const translation = useTranslation();
  const { t } = translation;
  return (
    <Alert color="red" title={t('error.title')} icon={<IconAlertTriangle aria-hidden />} role="alert">
      <p className="wrap" lang={error instanceof ApiError ? 'en' : undefined}>
        {messageOf(error, translation)}
      </p>
      {retry && (
        <Button size="xs" variant="default" onClick={retry}>
          {t('common.retry')}
        </Button>
      )}
    </Alert>
  );
}

export function Empty({ title, text, icon, children }: { title: string; text?: string; icon?: ReactNode; children?: ReactNode }) {
  return (
    <div className="empty">
      {icon}
      <h2>{title}</h2>
      {text && <p>{text}</p>}
      {children}
    </div>
  );
}

export function PageHead({ title, text, children }: { title: ReactNode; text?: ReactNode; children?: ReactNode }) {
  return (
    <div className="head">
      <div className="grow">
        <h1>{title}</h1>
        {text && <p>{text}</p>}
      </div>
      <div className="row">{children}</div>
    </div>
  );
}

/** A page whose content is on its way, or could not be had. */
export function Unready({ title, error, rows = 8, retry }: { title: ReactNode; error: unknown; rows?: number; retry: () => void }) {
  return (
    <>
      <PageHead title={title} />
      {error ? <Failure error={error} retry={retry} /> : <Loading rows={rows} />}
    </>
  );
}

/** Says which role is needed when the present one only looks. */
export function ReadOnly({ role }: { role: Role }) {
  const { t, word } = useTranslation();
  if (useMay(role)) return null;
  return (
    <div className="banner row small">
      <IconLock size={18} aria-hidden />
      {t('common.readOnly', { role: word('role', role) })}
    </div>
  );
}
