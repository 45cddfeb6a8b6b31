import { useTranslation } from '../i18n';

/** What a cause asks of a person. The server words the case itself in English; in another language the general text comes first. */
export function Reason({ cause, message }: { cause: string; message: string | null }) {
  const { language, about, plain } = useTranslation();
  const general = about('cause', cause);
  return (
    <>
      {(language !== 'en' || !message) && general && <span className="block small wrap">{general}</span>}
      {message && (
        <span className="block small wrap" lang="en">
          {plain(message)}
        </span>
      )}
    </>
  );
}
