import { ActionIcon } from '@mantine/core';
import type { ReactNode } from 'react';

/** A small button that shows only a picture, with its words for those who point at it or do not see it. */
export function IconAction({ label, icon, disabled, onClick }: { label: string; icon: ReactNode; disabled?: boolean; onClick: () => void }) {
  return (
    <ActionIcon variant="subtle" color="gray" aria-label={label} title={label} disabled={disabled} onClick={onClick}>
      {icon}
    </ActionIcon>
  );
}
