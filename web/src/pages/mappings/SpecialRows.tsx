import { useTranslation } from '../../i18n';
import { settlementParts } from '../../settlements';

const charges = ['@shipping', '@fee', '@discount', '@tax', '@restocking_fee', '@return_shipping'];

/** The names of rows that stand for charges and for parts of a payout. */
export function SpecialRows() {
  const { t } = useTranslation();
  const rows: [names: string, text: string][] = [
    [charges.join(', '), t('map.specialCharges')],
    ...settlementParts.map((part): [string, string] => [`@settlement/${part}`, t(`settlements.part.${part}`)]),
    ['@settlement/…', t('map.specialNamed')],
  ];
  return (
    <details className="small" style={{ marginBottom: 14, maxWidth: '90ch' }}>
      <summary>{t('map.special')}</summary>
      <dl className="names">
        {rows.map(([names, text]) => (
          <div key={names}>
            <dt className="mono">{names}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      <p className="dim">{t('map.specialAlone')}</p>
    </details>
  );
}
