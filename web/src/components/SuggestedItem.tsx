import { Badge } from '@mantine/core';
import type { Suggestion } from '../api';
import { useTranslation } from '../i18n';

/** Takes the item of Exact that looks like a SKU's own; says why it does. */
export function SuggestedItem({ suggestion, onTake }: { suggestion: NonNullable<Suggestion['suggestion']>; onTake: (item: string) => void }) {
  const { t } = useTranslation();
  return (
    <button type="button" className="plain small" onClick={() => onTake(suggestion.exact_item)}>
      <Badge variant="light" tt="none" radius="sm" maw="100%">
        {t('setup.take', { item: `${suggestion.exact_item} ${suggestion.name}`.trim() })} – {t(`setup.by.${suggestion.by}`)}
      </Badge>
    </button>
  );
}
