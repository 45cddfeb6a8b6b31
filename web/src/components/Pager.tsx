import { ActionIcon } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useRef } from 'react';
import { useTranslation } from '../i18n';

/** Where one is in a list, and the way to its neighbours; a way that is absent leads nowhere. */
export function PageSteps({ page, back, on }: { page: string | number; back?: () => void; on?: () => void }) {
  const { t } = useTranslation();
  const steps = useRef<HTMLDivElement>(null);
  /** The next page is read from its top. */
  const then = (go?: () => void) =>
    go &&
    (() => {
      go();
      const list = steps.current?.parentElement;
      if (list && list.getBoundingClientRect().top < 0) list.scrollIntoView({ block: 'start' });
    });
  return (
    <div className="row end" style={{ marginTop: 12 }} ref={steps}>
      <span className="dim small" aria-live="polite">
        {t('common.page', { n: page })}
      </span>
      <ActionIcon variant="default" size="lg" aria-label={t('common.previousPage')} disabled={!back} onClick={then(back)}>
        <IconChevronLeft size={18} />
      </ActionIcon>
      <ActionIcon variant="default" size="lg" aria-label={t('common.nextPage')} disabled={!on} onClick={then(on)}>
        <IconChevronRight size={18} />
      </ActionIcon>
    </div>
  );
}

/** Pages of a list whose server names the beginning of the next one. */
export function Pager({ cursors, next, onChange }: { cursors: string[]; next: string | null | undefined; onChange: (cursors: string[]) => void }) {
  if (cursors.length === 0 && !next) return null;
  return <PageSteps page={cursors.length + 1} back={cursors.length > 0 ? () => onChange(cursors.slice(0, -1)) : undefined} on={next ? () => onChange([...cursors, next]) : undefined} />;
}

const pageSize = 50;

/** Pages of a list that is here as a whole. */
export function usePages<Row>(rows: Row[]) {
  const pages = Math.max(1, Math.ceil(rows.length / pageSize));
  return {
    pages,
    at: (page: number) => Math.min(page, pages - 1),
    rowsOf: (page: number) => rows.slice(Math.min(page, pages - 1) * pageSize, (Math.min(page, pages - 1) + 1) * pageSize),
  };
}
