import { Button } from '@mantine/core';
import { useTranslation } from '../i18n';
import { useUnsaved } from '../leaving';
import { Failure } from './states';

/** Stands at the lower edge as long as something is changed and not saved; leaving the page asks first. Says why it could not be saved, too. */
export function SaveBar({ text, saving, error, onDiscard, onSave }: { text: string; saving: boolean; error?: unknown; onDiscard: () => void; onSave: () => void }) {
  const { t } = useTranslation();
  useUnsaved(true);
  return (
    <div className="savebar" role="region" aria-label={text}>
      {error != null && (
        <div className="savefault">
          <Failure error={error} />
        </div>
      )}
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
