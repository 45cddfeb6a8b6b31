/** How full something is, beside words that say it. */
export function Meter({ part, good }: { part: number; good?: boolean }) {
  const color = good ? 'var(--good-mark)' : part < 0.15 ? 'var(--attention-mark)' : 'var(--chart)';
  return (
    <div className="meter" aria-hidden>
      <svg viewBox="0 0 100 8" preserveAspectRatio="none">
        <rect width={part * 100} height="8" fill={color} />
      </svg>
    </div>
  );
}
