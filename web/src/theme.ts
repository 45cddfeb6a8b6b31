import { createTheme, Modal } from '@mantine/core';

/** Mantine's own variables are in its CSS files (no style elements: the page's content policy forbids them); what differs
 * here stands in app.css. */
export const theme = createTheme({
  primaryColor: 'cyan',
  defaultRadius: 'md',
  cursorType: 'pointer',
  fontFamily: 'var(--mantine-font-family)',
  components: {
    // Locking the page behind a window would add a style element.
    Modal: Modal.extend({ defaultProps: { lockScroll: false, centered: true } }),
  },
});
