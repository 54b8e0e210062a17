// Turns the pages of pictures that do not all fit.

import "./pages.css";
import { roomWords } from "../room/words.ts";
import { Icon } from "./icons.tsx";

interface PagesProps {
  /** From 0. */
  page: number;
  pages: number;
  onPage: (page: number) => void;
}

export function Pages({ page, pages, onPage }: PagesProps) {
  if (pages < 2) return null;
  const words = roomWords.value;
  return (
    <nav class="pages" aria-label={words.page(page + 1, pages)}>
      <button
        type="button"
        class="round small"
        aria-label={words.previousPage}
        title={words.previousPage}
        disabled={page === 0}
        onClick={() => onPage(page - 1)}
      >
        <Icon name="left" size={20} />
      </button>
      <span aria-hidden="true">
        {page + 1} / {pages}
      </span>
      <button
        type="button"
        class="round small"
        aria-label={words.nextPage}
        title={words.nextPage}
        disabled={page === pages - 1}
        onClick={() => onPage(page + 1)}
      >
        <Icon name="right" size={20} />
      </button>
    </nav>
  );
}
