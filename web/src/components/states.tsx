import { Alert, Button } from '@mantine/core';
import { IconAlertTriangle, IconLock } from '@tabler/icons-react';
import { useEffect, useRef, type ReactNode } from 'react';
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

type Words = Pick<ReturnType<typeof useTranslation>, 't' | 'language' | 'about' | 'plain'>;

/** What went wrong in the reader's language, and the server's own words of it, which are English. */
function partsOf(error: unknown, { t, language, about, plain }: Words): { general?: string; detail?: string } {
  if (!(error instanceof ApiError)) return { general: t('error.unreachable') };
  const detail = plain(error.message);
  // Something between here and the server answered in its place.
  if (error.cause === '') return { general: t('error.unreachable'), detail };
  if (language === 'en' && detail) return { detail };
  return { general: error.cause === 'bad_input' ? t('error.badInput') : about('cause', error.cause), detail };
}

export function messageOf(error: unknown, words: Words): string {
  const { general, detail } = partsOf(error, words);
  return [general, detail].filter(Boolean).join(' ');
}

export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  const translation = useTranslation();
  const { t } = translation;
  const { general, detail } = partsOf(error, translation);
  return (
    <Alert color="red" title={t('error.title')} icon={<IconAlertTriangle aria-hidden />} role="alert">
      {general && <p className="wrap">{general}</p>}
      {detail && (
        <p className="wrap" lang="en">
          {detail}
        </p>
      )}
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

/** The page that is shown, and whether it was come to from another one: a browser reads a page it loads by itself. */
const shown = { path: '', cameFromAnother: false };

/** Names the window after its page, and begins a page that was come to at its head, for those who do not see it change. */
function useBeginning() {
  const head = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${head.current?.textContent} – ml-connector`;
  });
  useEffect(() => {
    const { pathname } = window.location;
    const isAnother = shown.path !== pathname;
    if (isAnother) {
      shown.cameFromAnother = shown.path !== '';
      shown.path = pathname;
    }
    // The head of a page that is on its way goes, and the focus with it, when the page is there.
    const isLost = document.activeElement === null || document.activeElement === document.body;
    if (shown.cameFromAnother && (isAnother || isLost)) head.current?.focus({ preventScroll: true });
  }, []);
  return head;
}

export function PageHead({ title, text, children }: { title: ReactNode; text?: ReactNode; children?: ReactNode }) {
  const head = useBeginning();
  return (
    <div className="head">
      <div className="grow">
        <h1 ref={head} tabIndex={-1}>
          {title}
        </h1>
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
