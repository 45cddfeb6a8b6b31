import { Button } from '@mantine/core';
import { useTranslation } from '../i18n';
import { useUnsaved } from '../leaving';

/** Stands at the lower edge as long as something is changed and not saved; leaving the page asks first. */
export function SaveBar({ text, saving, onDiscard, onSave }: { text: string; saving: boolean; onDiscard: () => void; onSave: () => void }) {
  const { t } = useTranslation();
  useUnsaved(true);
  return (
    <div className="savebar" role="region" aria-label={text}>
      <strong className="grow">{text}</strong>
      <Button variant="default" onClick={onDiscard}>
        {t('map.discard')}
      </Button>
      <Button loading={saving} onClick={onSave}>
        {t('common.save')}
      </Button>
    </div>
  );
}
