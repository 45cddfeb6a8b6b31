import { ActionIcon } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useTranslation } from '../i18n';

/** Pages of a list whose server names the beginning of the next one. */
export function Pager({ cursors, next, onChange }: { cursors: string[]; next: string | null | undefined; onChange: (cursors: string[]) => void }) {
  const { t } = useTranslation();
  if (cursors.length === 0 && !next) return null;
  return (
    <div className="row end" style={{ marginTop: 12 }}>
      <span className="dim small" aria-live="polite">
        {t('common.page', { n: cursors.length + 1 })}
      </span>
      <ActionIcon variant="default" size="lg" aria-label={t('common.previousPage')} disabled={cursors.length === 0} onClick={() => onChange(cursors.slice(0, -1))}>
        <IconChevronLeft size={18} />
      </ActionIcon>
      <ActionIcon variant="default" size="lg" aria-label={t('common.nextPage')} disabled={!next} onClick={() => next && onChange([...cursors, next])}>
        <IconChevronRight size={18} />
      </ActionIcon>
    </div>
  );
}
