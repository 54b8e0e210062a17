// Where to show the meeting: on a page of this server, and at RTMP addresses.

import { useState } from "preact/hooks";
import { FormDialog } from "../../common/form-dialog.tsx";
import { codeOf, wordsOf } from "../../common/problem.tsx";
import { language } from "../../i18n/index.ts";
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
  const targets = addresses.split(/\s+/).filter((line) => line !== "");
  return (
    <FormDialog
      title={text.title}
      action={text.start}
      testid="broadcast-go"
      isReady={onPage || targets.length > 0}
      onSubmit={() => ask(onPage, targets)}
      onClose={close}
    >
      <p class="soft">{text.told}</p>
      {hls && (
        <label class="choice">
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
            class="input"
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
    </FormDialog>
  );
}

/** What the server has against it, or null. */
async function ask(hls: boolean, targets: readonly string[]): Promise<readonly string[] | null> {
  try {
    await meeting.channel.request("broadcast.start", { hls, targets: [...targets] });
    return null;
  } catch (error) {
    const code = codeOf(error);
    return code === "bad_request" ? [words.value.refused] : wordsOf(code);
  }
}
