import { useId } from 'react';
import { day, money } from '../format';
import { useTranslation } from '../i18n';

export interface Bar {
  day: Date;
  amount: number;
  count: number;
}

/** Amounts per day as bars; the same as a table for those who do not see it. */
export function Chart({ bars, currency, label }: { bars: Bar[]; currency: string; label: string }) {
  const { t } = useTranslation();
  const id = useId();
  const width = 900;
  const height = 190;
  const bottom = 24;
  const left = 74;
  const top = Math.max(...bars.map((bar) => bar.amount), 1);
  const step = (width - left) / bars.length;
  const tall = (amount: number) => (Math.max(amount, 0) / top) * (height - bottom - 12);
  const short = (amount: number) => money(Math.round(amount), currency).replace(/[.,]00(?=\D*$)/, '');
  return (
    <>
      <svg className="chart" viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" role="img" aria-labelledby={id}>
        <title id={id}>{label}</title>
        {[0, 0.5, 1].map((part) => {
          const y = height - bottom - part * (height - bottom - 12);
          return (
            <g key={part}>
              <line x1={left} x2={width} y1={y} y2={y} />
              <text x={left - 8} y={y + 4} textAnchor="end">
                {short(part * top)}
              </text>
            </g>
          );
        })}
        {bars.map((bar, index) => (
          <g key={index}>
            <rect
              className={index === bars.length - 1 ? 'bar today' : 'bar'}
              x={left + index * step + step * 0.14}
              width={step * 0.72}
              y={height - bottom - tall(bar.amount)}
              height={tall(bar.amount)}
              rx={3}
            >
              <title>{`${day(bar.day)}: ${money(bar.amount, currency)} · ${t('overview.documents', { n: bar.count })}`}</title>
            </rect>
            {(bars.length - 1 - index) % 7 === 0 && (
              <text x={left + index * step + step / 2} y={height - 6} textAnchor={index === bars.length - 1 ? 'end' : 'middle'} dx={index === bars.length - 1 ? step / 2 : 0}>
                {day(bar.day)}
              </text>
            )}
          </g>
        ))}
      </svg>
      <table className="visually-hidden">
        <caption>{label}</caption>
        <thead>
          <tr>
            <th>{t('overview.day')}</th>
            <th>{t('overview.amount')}</th>
          </tr>
        </thead>
        <tbody>
          {bars
            .filter((bar) => bar.count > 0)
            .map((bar) => (
              <tr key={bar.day.toISOString()}>
                <td>{day(bar.day)}</td>
                <td>{money(bar.amount, currency)}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </>
  );
}
