import { useId, type ReactNode } from 'react';

export interface Bar {
  key: string;
  value: number;
  /** What a reader sees of it when pointing at it, and those who do not see it read in a table. */
  name: string;
  text: string;
  /** Below the axis; most bars have none. */
  tick?: ReactNode;
  emphasis?: boolean;
}

const height = 168;

/** A round number at or above the largest bar, so that the axis has readable marks. */
function roundTop(largest: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(largest, 1e-9)));
  const factor = [1, 2, 2.5, 4, 5, 8, 10].find((each) => each * power >= largest) ?? 10;
  return factor * power;
}

/** Values as bars; the same as a table for those who do not see it. */
export function Chart({ bars, label, axis, columns }: { bars: Bar[]; label: string; axis: (value: number) => string; columns: [string, string] }) {
  const id = useId();
  const largest = Math.max(...bars.map((bar) => bar.value), 0);
  const top = largest > 0 ? roundTop(largest) : 1;
  const step = 100 / Math.max(bars.length, 1);
  return (
    <>
      <div className="chart" aria-hidden>
        <div className="axis">
          {[1, 0.5, 0].map((part) => (
            <span key={part}>{axis(part * top)}</span>
          ))}
        </div>
        <div className="plot">
          <svg viewBox={`0 0 100 ${height}`} preserveAspectRatio="none" id={id}>
            {[0, 0.5, 1].map((part) => (
              <line key={part} x1={0} x2={100} y1={height * (1 - part)} y2={height * (1 - part)} vectorEffect="non-scaling-stroke" />
            ))}
            {bars.map((bar, index) => {
              const tall = (Math.max(bar.value, 0) / top) * height;
              return (
                <g key={bar.key} className={bar.emphasis ? 'bar emphasis' : 'bar'}>
                  <rect className="hit" x={index * step} width={step} y={0} height={height} />
                  <rect x={index * step + step * 0.14} width={step * 0.72} y={height - tall} height={tall} />
                  <title>{`${bar.name}: ${bar.text}`}</title>
                </g>
              );
            })}
          </svg>
          <div className="ticks">
            {bars.map((bar, index) =>
              bar.tick ? (
                <span key={bar.key} style={{ left: `${(index + 0.5) * step}%` }}>
                  {bar.tick}
                </span>
              ) : null,
            )}
          </div>
        </div>
      </div>
      <div className="visually-hidden">
        <table>
          <caption>{label}</caption>
          <thead>
            <tr>
              <th scope="col">{columns[0]}</th>
              <th scope="col">{columns[1]}</th>
            </tr>
          </thead>
          <tbody>
            {bars
              .filter((bar) => bar.value !== 0)
              .map((bar) => (
                <tr key={bar.key}>
                  <td>{bar.name}</td>
                  <td>{bar.text}</td>
                </tr>
              ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
