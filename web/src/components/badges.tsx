import { Badge } from '@mantine/core';
import { useTranslation } from '../i18n';

const colors: Record<string, string> = {
  posted: 'green',
  failed: 'yellow',
  held: 'yellow',
  retry: 'blue',
  waiting: 'blue',
  planned: 'blue',
  sending: 'blue',
};

export function Status({ group, value }: { group: 'status' | 'state'; value: string }) {
  const { word } = useTranslation();
  return (
    <Badge variant="light" color={colors[value] ?? 'gray'} tt="none" fw={600} radius="sm" miw="max-content">
      {word(group, value)}
    </Badge>
  );
}
