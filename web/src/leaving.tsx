import { useEffect, useState } from 'react';
import { Confirm } from './components/dialogs';
import { useTranslation } from './i18n';

let unsaved = 0;
let ask: ((go: () => void) => void) | null = null;

/** Goes on at once, or after a yes when something on the page is not saved. */
export function leave(go: () => void) {
  if (unsaved > 0 && ask) ask(go);
  else go();
}

/** As long as this holds, leaving the page asks first: in the console, and when the window is closed or reloaded. */
export function useUnsaved(is: boolean) {
  useEffect(() => {
    if (!is) return;
    const stay = (event: BeforeUnloadEvent) => event.preventDefault();
    unsaved += 1;
    window.addEventListener('beforeunload', stay);
    return () => {
      unsaved -= 1;
      window.removeEventListener('beforeunload', stay);
    };
  }, [is]);
}

/** Where what `leave` asks is shown. */
export function LeaveQuestion() {
  const { t } = useTranslation();
  const [go, setGo] = useState<{ on: () => void } | null>(null);
  useEffect(() => {
    ask = (on) => setGo({ on });
    return () => {
      ask = null;
    };
  }, []);
  return (
    <Confirm
      opened={go !== null}
      title={t('leave.title')}
      text={t('leave.text')}
      action={t('leave.submit')}
      onConfirm={() => {
        setGo(null);
        go?.on();
      }}
      onClose={() => setGo(null)}
    />
  );
}
