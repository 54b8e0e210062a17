// Language and appearance.

import { catalogues, type Language, language, setLanguage, t } from "../i18n/index.ts";
import { setTheme, type Theme, theme } from "../state/theme.ts";

export function Preferences() {
  const words = t.value;
  return (
    <div class="preferences">
      <label class="field">
        <span>{words.language}</span>
        <select
          class="input"
          value={language.value}
          onChange={(event) => setLanguage(event.currentTarget.value as Language)}
        >
          {Object.entries(catalogues).map(([tag, { languageName }]) => (
            <option key={tag} value={tag} lang={tag}>
              {languageName}
            </option>
          ))}
        </select>
      </label>
      <label class="field">
        <span>{words.theme}</span>
        <select
          class="input"
          value={theme.value}
          onChange={(event) => setTheme(event.currentTarget.value as Theme)}
        >
          <option value="system">{words.themeSystem}</option>
          <option value="light">{words.themeLight}</option>
          <option value="dark">{words.themeDark}</option>
        </select>
      </label>
    </div>
  );
}
