// Where to show the meeting: on a page of this server, and at RTMP addresses. What the server refuses is
// said here, in writing.

import { useState } from "preact/hooks";
import { ParleyError } from "../../../sdk/index.ts";
import { Dialog } from "../../common/dialog.tsx";
import { Problem, wordsOf } from "../../common/problem.tsx";
import { language, t } from "../../i18n/index.ts";
import { meeting } from "../../state/meeting.ts";
import { isDialogOpen, offer } from "./broadcast-state.ts";
import { words } from "./words.ts";

const kMostOfAddress = 1024;
const kExample = "rtmps://live.example.org/app/key";

const close = () => {
  isDialogOpen.value = false;
};

export function BroadcastDialog() {
  const text = words.value;
  const { hls = false, rtmp_hosts: hosts = [] } = offer.value ?? {};
  const [onPage, setOnPage] = useState(hls);
  const [addresses, setAddresses] = useState("");
  const [problem, setProblem] = useState<readonly string[] | null>(null);
  const [isBusy, setBusy] = useState(false);
  const targets = addresses.split(/\s+/).filter((line) => line !== "");

  async function start(): Promise<void> {
    setBusy(true);
    setProblem(null);
    const refusal = await ask(onPage, targets);
    setBusy(false);
    if (refusal) setProblem(refusal);
    else close();
  }

  return (
    <Dialog title={text.title} onClose={close}>
      <form
        class="broadcast-form"
        onSubmit={(event) => {
          event.preventDefault();
          void start();
        }}
      >
        <p class="soft">{text.told}</p>
        {hls && (
          <label class="broadcast-choice">
            <input
              type="checkbox"
              data-testid="broadcast-hls"
              checked={onPage}
              onChange={(event) => setOnPage(event.currentTarget.checked)}
            />
            <span>{text.onPage}</span>
          </label>
        )}
        {hosts.length > 0 && (
          <label class="field">
            <span>{text.addresses}</span>
            <textarea
              class="input broadcast-addresses"
              data-testid="broadcast-targets"
              rows={3}
              value={addresses}
              maxLength={kMostOfAddress * 5}
              placeholder={kExample}
              autocomplete="off"
              spellcheck={false}
              onInput={(event) => setAddresses(event.currentTarget.value)}
            />
            <small class="soft">
              {text.allowedHosts(new Intl.ListFormat(language.value, { type: "disjunction" }).format(hosts))}
            </small>
          </label>
        )}
        {problem && <Problem words={problem} bad />}
        <div class="dialog-actions">
          <button type="button" class="button" onClick={close}>
            {t.value.cancel}
          </button>
          <button
            type="submit"
            class="button primary"
            data-testid="broadcast-go"
            disabled={isBusy || (!onPage && targets.length === 0)}
          >
            {text.start}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** What the server has against it, or null. */
async function ask(hls: boolean, targets: readonly string[]): Promise<readonly string[] | null> {
  try {
    await meeting.channel.request("broadcast.start", { hls, targets: [...targets] });
    return null;
  } catch (error) {
    if (error instanceof ParleyError && error.code === "bad_request") return [words.value.refused];
    return wordsOf(error instanceof ParleyError ? error.code : "internal");
  }
}
